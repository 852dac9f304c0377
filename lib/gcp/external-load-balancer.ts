import type { CloudRunV2Service } from '@cdktf/provider-google/lib/cloud-run-v2-service';
import { ComputeBackendService } from '@cdktf/provider-google/lib/compute-backend-service';
import { ComputeGlobalAddress } from '@cdktf/provider-google/lib/compute-global-address';
import { ComputeGlobalForwardingRule } from '@cdktf/provider-google/lib/compute-global-forwarding-rule';
import { ComputeManagedSslCertificate } from '@cdktf/provider-google/lib/compute-managed-ssl-certificate';
import type { ComputeRegionNetworkEndpointGroup } from '@cdktf/provider-google/lib/compute-region-network-endpoint-group';
import type { ComputeSecurityPolicy } from '@cdktf/provider-google/lib/compute-security-policy';
import { ComputeSslPolicy } from '@cdktf/provider-google/lib/compute-ssl-policy';
import { ComputeTargetHttpProxy } from '@cdktf/provider-google/lib/compute-target-http-proxy';
import { ComputeTargetHttpsProxy } from '@cdktf/provider-google/lib/compute-target-https-proxy';
import { ComputeUrlMap } from '@cdktf/provider-google/lib/compute-url-map';
import type { DnsRecordSet } from '@cdktf/provider-google/lib/dns-record-set';
import type { Construct } from 'constructs';
import { literal } from '../terraform';
import type { EndpointContext } from './context';
import { createDnsRecords } from './dns-records';
import type { InternetExposureOptions } from './exposure-options';
import { textHash } from './names';
import { createNetworkEndpointGroup, logConfig } from './network-endpoint-group';

const SCHEME = 'EXTERNAL_MANAGED';

/** A global application load balancer in front of the service. */
export interface ExternalLoadBalancer {
  readonly kind: 'external';
  readonly networkEndpointGroup: ComputeRegionNetworkEndpointGroup;
  /** undefined: none, or yours. */
  readonly securityPolicy: ComputeSecurityPolicy | undefined;
  readonly backendService: ComputeBackendService;
  readonly urlMap: ComputeUrlMap;
  /** undefined: yours. */
  readonly certificate: ComputeManagedSslCertificate | undefined;
  readonly sslPolicy: ComputeSslPolicy;
  readonly httpsProxy: ComputeTargetHttpsProxy;
  readonly address: ComputeGlobalAddress;
  readonly forwardingRule: ComputeGlobalForwardingRule;
  /** Sends callers of plain HTTP to HTTPS. */
  readonly redirect: HttpRedirect;
  readonly dnsRecords: readonly DnsRecordSet[];
}

export interface HttpRedirect {
  readonly urlMap: ComputeUrlMap;
  readonly httpProxy: ComputeTargetHttpProxy;
  readonly forwardingRule: ComputeGlobalForwardingRule;
}

export function createExternalLoadBalancer(
  scope: Construct,
  context: EndpointContext,
  service: CloudRunV2Service,
  options: InternetExposureOptions,
): ExternalLoadBalancer {
  const { name, project, labels } = context;
  const networkEndpointGroup = createNetworkEndpointGroup(scope, context, service);
  const backend = createBackend(scope, context, networkEndpointGroup, options);
  const urlMap = new ComputeUrlMap(scope, 'UrlMap', {
    name,
    project,
    defaultService: backend.backendService.id,
  });
  const https = createHttpsProxy(scope, context, urlMap, options);
  const address = new ComputeGlobalAddress(scope, 'Address', { name, project, labels });
  const forwardingRule = new ComputeGlobalForwardingRule(scope, 'ForwardingRule', {
    ...{ name, project, labels, loadBalancingScheme: SCHEME },
    target: https.httpsProxy.id,
    ipAddress: address.id,
    ipProtocol: 'TCP',
    portRange: '443',
  });
  return {
    kind: 'external',
    ...{ networkEndpointGroup, ...backend, urlMap, ...https, address, forwardingRule },
    redirect: createRedirect(scope, context, address),
    dnsRecords: createDnsRecords(scope, context, address.address, options),
  };
}

function createBackend(
  scope: Construct,
  context: EndpointContext,
  group: ComputeRegionNetworkEndpointGroup,
  { securityPolicy, logSampleRate }: InternetExposureOptions,
) {
  const { name, project } = context;
  const policy = securityPolicy?.bind(scope, context);
  const backendService = new ComputeBackendService(scope, 'BackendService', {
    ...{ name, project, loadBalancingScheme: SCHEME },
    protocol: 'HTTPS',
    securityPolicy: policy?.id,
    backend: [{ group: group.id }],
    logConfig: logConfig(logSampleRate),
  });
  return { backendService, securityPolicy: policy?.resource };
}

function createHttpsProxy(
  scope: Construct,
  context: EndpointContext,
  urlMap: ComputeUrlMap,
  { domains, certificates }: InternetExposureOptions,
) {
  const { name, project } = context;
  const certificate = certificates === undefined ? createCertificate(scope, context, domains) : undefined;
  const sslPolicy = new ComputeSslPolicy(scope, 'SslPolicy', {
    ...{ name, project },
    profile: 'MODERN',
    minTlsVersion: 'TLS_1_2',
  });
  const httpsProxy = new ComputeTargetHttpsProxy(scope, 'HttpsProxy', {
    ...{ name, project },
    urlMap: urlMap.id,
    sslCertificates: certificate === undefined ? certificates!.map(literal) : [certificate.id],
    sslPolicy: sslPolicy.id,
  });
  return { certificate, sslPolicy, httpsProxy };
}

/** Certificates cannot be changed: another list of domains is another one, made before the old one goes. */
function createCertificate(scope: Construct, context: EndpointContext, domains: readonly string[]) {
  return new ComputeManagedSslCertificate(scope, 'Certificate', {
    name: `${context.name}-${textHash(scope, domains.join(' '))}`,
    project: context.project,
    managed: { domains: domains.map(literal) },
    lifecycle: { createBeforeDestroy: true },
  });
}

function createRedirect(
  scope: Construct,
  context: EndpointContext,
  address: ComputeGlobalAddress,
): HttpRedirect {
  const { project, labels } = context;
  const name = `${context.name}-redirect`;
  const urlMap = new ComputeUrlMap(scope, 'RedirectUrlMap', {
    ...{ name, project },
    // 308: a POST stays a POST.
    defaultUrlRedirect: {
      httpsRedirect: true,
      redirectResponseCode: 'PERMANENT_REDIRECT',
      stripQuery: false,
    },
  });
  const httpProxy = new ComputeTargetHttpProxy(scope, 'HttpProxy', { name, project, urlMap: urlMap.id });
  const forwardingRule = new ComputeGlobalForwardingRule(scope, 'RedirectForwardingRule', {
    ...{ name, project, labels, loadBalancingScheme: SCHEME },
    target: httpProxy.id,
    ipAddress: address.id,
    ipProtocol: 'TCP',
    portRange: '80',
  });
  return { urlMap, httpProxy, forwardingRule };
}
