import { Certificate, CertificateValidation, type ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  ApplicationListener,
  ApplicationProtocol,
  type IApplicationLoadBalancer,
  ListenerAction,
  SslPolicy,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import { isEncrypted } from './bound-exposure';
import type { DomainOptions } from './exposure-options';

export interface ListenerProps {
  readonly loadBalancer: IApplicationLoadBalancer;
  readonly certificate?: ICertificate;
  readonly domain?: DomainOptions;
  readonly port?: number;
}

/** The usual one of its protocol, unless another one is named. */
export const listenerPort = (options: Omit<ListenerProps, 'loadBalancer'>): number =>
  options.port ?? (isEncrypted(options) ? 443 : 80);

/** A listener that knows no other endpoint: what no rule matches gets 404. */
export function createListener(scope: Construct, props: ListenerProps): ApplicationListener {
  const encrypted = isEncrypted(props);
  return new ApplicationListener(scope, 'Listener', {
    loadBalancer: props.loadBalancer,
    port: listenerPort(props),
    protocol: encrypted ? ApplicationProtocol.HTTPS : ApplicationProtocol.HTTP,
    certificates: encrypted ? [props.certificate ?? createCertificate(scope, props.domain!)] : undefined,
    sslPolicy: encrypted ? SslPolicy.TLS13_RES : undefined,
    open: false,
    defaultAction: ListenerAction.fixedResponse(404),
  });
}

function createCertificate(scope: Construct, { name, zone }: DomainOptions): ICertificate {
  return new Certificate(scope, 'Certificate', {
    domainName: name,
    validation: CertificateValidation.fromDns(zone),
  });
}
