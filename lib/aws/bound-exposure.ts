import type { IConnectable } from 'aws-cdk-lib/aws-ec2';
import type {
  ApplicationLoadBalancer,
  IApplicationListener,
  IApplicationLoadBalancer,
  ListenerCondition,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { ARecord, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets';
import type { Construct } from 'constructs';
import type { DomainOptions } from './exposure-options';
import type { FargateEndpointOptions } from './fargate-endpoint-options';
import type { Network } from './network';

/** What an exposure needs to know of the endpoint. */
export interface ExposureContext {
  readonly network: Network;
  readonly options: FargateEndpointOptions;
  /** Name of the endpoint. */
  readonly name: string;
  /** Longest time one request may take. */
  readonly requestTimeoutMs: number;
  /** Whether it speaks gRPC. */
  readonly grpc: boolean;
}

/** What an exposure made. */
export interface BoundExposure {
  /** undefined when only the listener is known. */
  readonly loadBalancer: IApplicationLoadBalancer | undefined;
  readonly listener: IApplicationListener;
  /** Given when every request on the load balancer is for this endpoint, so that its metrics can be used. */
  readonly ownLoadBalancer: ApplicationLoadBalancer | undefined;
  readonly url: string;
  readonly rule: Rule;
  /** Comes before `rule`; gets the paths of gRPC as well. undefined on a listener that was given no place for it. */
  readonly grpcRule: Rule | undefined;
  /** undefined where no listener could be reached from inside the VPC alone. */
  readonly testEntrance: TestEntrance | undefined;
}

/** Where a second listener can stand that callers cannot reach. */
export interface TestEntrance {
  readonly loadBalancer: IApplicationLoadBalancer;
  readonly port: number;
}

/** Which requests on the listener are for the endpoint. */
export interface Rule {
  readonly priority: number;
  readonly conditions: readonly ListenerCondition[];
}

/** Whether the listener speaks HTTPS. */
export function isEncrypted(options: { certificate?: unknown; domain?: unknown }): boolean {
  return options.certificate !== undefined || options.domain !== undefined;
}

export function allowClients(listener: IApplicationListener, clients: readonly IConnectable[]): void {
  for (const client of clients) {
    listener.connections.allowDefaultPortFrom(client, 'Clients of the model endpoint');
  }
}

/** Address of the endpoint; creates the alias record when it has a name of its own. */
export function endpointUrl(
  scope: Construct,
  loadBalancer: IApplicationLoadBalancer,
  options: { certificate?: unknown; domain?: DomainOptions },
  port?: number,
): string {
  const { domain } = options;
  if (domain !== undefined) {
    new ARecord(scope, 'AliasRecord', {
      zone: domain.zone,
      recordName: domain.name,
      target: RecordTarget.fromAlias(new LoadBalancerTarget(loadBalancer)),
    });
  }
  const scheme = isEncrypted(options) ? 'https' : 'http';
  const suffix = port === undefined ? '' : `:${port}`;
  return `${scheme}://${domain?.name ?? loadBalancer.loadBalancerDnsName}${suffix}`;
}
