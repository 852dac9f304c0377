import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IConnectable } from 'aws-cdk-lib/aws-ec2';
import type {
  IApplicationListener,
  IApplicationLoadBalancer,
  ListenerCondition,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IHostedZone } from 'aws-cdk-lib/aws-route53';

/** A name of your own for the endpoint. */
export interface DomainOptions {
  /** Full name, e.g. `credit.example.com`. */
  readonly name: string;
  /** Zone the name lies in; gets the alias record, and the validation record of a created certificate. */
  readonly zone: IHostedZone;
}

export interface PrivateExposureOptions {
  /**
   * Certificate for HTTPS.
   * @default - created when `domain` is given; otherwise plain HTTP inside the VPC
   */
  readonly certificate?: ICertificate;
  /** Name of your own. @default - the name of the load balancer */
  readonly domain?: DomainOptions;
  /**
   * Who may connect: peers, security groups, services.
   * @default - nobody until `native.grantInvoke(peer)`
   */
  readonly allowFrom?: readonly IConnectable[];
}

export interface InternetExposureOptions {
  /** Certificate for HTTPS. @default - created when `domain` is given */
  readonly certificate?: ICertificate;
  /** Name of your own. @default - the name of the load balancer */
  readonly domain?: DomainOptions;
  /**
   * Serves unencrypted HTTP to the internet. Anyone on the way can read and change inputs and predictions.
   * @default false
   */
  readonly plainHttp?: boolean;
  /** Who may connect. @default - every IPv4 address */
  readonly allowFrom?: readonly IConnectable[];
}

export interface LoadBalancerExposureOptions {
  /** The load balancer of yours that gets a listener for this endpoint. */
  readonly loadBalancer: IApplicationLoadBalancer;
  /** Certificate for HTTPS. @default - created when `domain` is given */
  readonly certificate?: ICertificate;
  /** Name of your own. @default - the name of the load balancer */
  readonly domain?: DomainOptions;
  /** Serves unencrypted HTTP. @default false */
  readonly plainHttp?: boolean;
  /** Port of the listener. @default - 443, or 80 with `plainHttp` */
  readonly port?: number;
  /**
   * Port of a second listener, reachable for the check of golden samples alone, when ECS moves requests between two
   * versions. The load balancer must be an internal one.
   * @default 9080
   */
  readonly testPort?: number;
  /** Who may connect. @default - nobody until `native.grantInvoke(peer)` */
  readonly allowFrom?: readonly IConnectable[];
}

export interface ListenerExposureOptions {
  /** The listener of yours that gets a rule for this endpoint. Its certificate and security group stay yours. */
  readonly listener: IApplicationListener;
  /** Place of the rule among the listener's rules, 1 to 50000; unique on the listener. */
  readonly priority: number;
  /** The same of a second rule for gRPC, below `priority`. @default - none; needed with `runtime.grpc` */
  readonly grpcPriority?: number;
  /** Which requests go to this endpoint, e.g. `ListenerCondition.hostHeaders(['credit.example.com'])`. */
  readonly conditions: readonly ListenerCondition[];
  /** Address clients use, for the output. */
  readonly url: string;
}
