import type { CloudRunV2Service } from '@cdktf/provider-google/lib/cloud-run-v2-service';
import { ComputeAddress } from '@cdktf/provider-google/lib/compute-address';
import { ComputeForwardingRule } from '@cdktf/provider-google/lib/compute-forwarding-rule';
import { ComputeRegionBackendService } from '@cdktf/provider-google/lib/compute-region-backend-service';
import type { ComputeRegionNetworkEndpointGroup } from '@cdktf/provider-google/lib/compute-region-network-endpoint-group';
import { ComputeRegionSslPolicy } from '@cdktf/provider-google/lib/compute-region-ssl-policy';
import { ComputeRegionTargetHttpsProxy } from '@cdktf/provider-google/lib/compute-region-target-https-proxy';
import { ComputeRegionUrlMap } from '@cdktf/provider-google/lib/compute-region-url-map';
import type { DnsRecordSet } from '@cdktf/provider-google/lib/dns-record-set';
import type { Construct } from 'constructs';
import { literal } from '../terraform';
import type { EndpointContext } from './context';
import { createDnsRecords } from './dns-records';
import type { InternalLoadBalancerExposureOptions } from './exposure-options';
import { createNetworkEndpointGroup, logConfig } from './network-endpoint-group';

const SCHEME = 'INTERNAL_MANAGED';

/** A regional internal application load balancer in front of the service. */
export interface InternalLoadBalancer {
  readonly kind: 'internal';
  readonly networkEndpointGroup: ComputeRegionNetworkEndpointGroup;
  readonly backendService: ComputeRegionBackendService;
  readonly urlMap: ComputeRegionUrlMap;
  readonly sslPolicy: ComputeRegionSslPolicy;
  readonly httpsProxy: ComputeRegionTargetHttpsProxy;
  readonly address: ComputeAddress;
  readonly forwardingRule: ComputeForwardingRule;
  readonly dnsRecords: readonly DnsRecordSet[];
}

export function createInternalLoadBalancer(
  scope: Construct,
  context: EndpointContext,
  service: CloudRunV2Service,
  options: InternalLoadBalancerExposureOptions,
): InternalLoadBalancer {
  const { name, project, region } = context;
  const place = { name, project, region };
  const networkEndpointGroup = createNetworkEndpointGroup(scope, context, service);
  const backendService = new ComputeRegionBackendService(scope, 'BackendService', {
    ...place,
    loadBalancingScheme: SCHEME,
    protocol: 'HTTPS',
    backend: [{ group: networkEndpointGroup.id, balancingMode: 'UTILIZATION' }],
    logConfig: logConfig(options.logSampleRate),
  });
  const urlMap = new ComputeRegionUrlMap(scope, 'UrlMap', { ...place, defaultService: backendService.id });
  const sslPolicy = new ComputeRegionSslPolicy(scope, 'SslPolicy', {
    ...place,
    profile: 'MODERN',
    minTlsVersion: 'TLS_1_2',
  });
  const httpsProxy = new ComputeRegionTargetHttpsProxy(scope, 'HttpsProxy', {
    ...place,
    urlMap: urlMap.id,
    sslCertificates: options.certificates.map(literal),
    sslPolicy: sslPolicy.id,
  });
  const frontend = createFrontend(scope, context, httpsProxy, options);
  return {
    kind: 'internal',
    ...{ networkEndpointGroup, backendService, urlMap, sslPolicy, httpsProxy, ...frontend },
    dnsRecords: createDnsRecords(scope, context, frontend.address.address, options),
  };
}

function createFrontend(
  scope: Construct,
  { name, project, region, labels }: EndpointContext,
  httpsProxy: ComputeRegionTargetHttpsProxy,
  options: InternalLoadBalancerExposureOptions,
) {
  const network = literal(options.network);
  const subnetwork = literal(options.subnetwork);
  const address = new ComputeAddress(scope, 'Address', {
    ...{ name, project, region, labels, subnetwork },
    addressType: 'INTERNAL',
  });
  const forwardingRule = new ComputeForwardingRule(scope, 'ForwardingRule', {
    ...{ name, project, region, labels, network, subnetwork, loadBalancingScheme: SCHEME },
    target: httpsProxy.id,
    ipAddress: address.id,
    ipProtocol: 'TCP',
    portRange: '443',
  });
  return { address, forwardingRule };
}
