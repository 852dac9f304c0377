import type { IAlarm, IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { ICluster } from 'aws-cdk-lib/aws-ecs';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Exposure } from './exposure';
import type { WebAcl } from './web-acl';

/** What only AWS knows about an endpoint on ECS Fargate. Everything else is in the props of `ModelEndpoint`. */
export interface FargateEndpointOptions {
  /** Network of the tasks and of a created load balancer. */
  readonly vpc: IVpc;
  /** Who reaches the endpoint, and how. @default Exposure.private() */
  readonly exposure?: Exposure;
  /** Placement inside the VPC. @default - private subnets, a security group of its own */
  readonly network?: FargateNetworkOptions;
  /** Cluster of the service. @default - one of its own, with Container Insights */
  readonly cluster?: ICluster;
  /** Purchase options of the tasks. @default - all on demand */
  readonly capacity?: FargateCapacityOptions;
  /** Roles of yours. @default - two roles with the least rights */
  readonly roles?: FargateRoleOptions;
  /** Who hears of alarms. @default - nobody; alarms still roll deployments back */
  readonly alarms?: FargateAlarmOptions;
  /**
   * Alarms of yours that bring the old version back as those of this library do: a metric of your business, of a
   * dependency, a composite. They must not refer to the service, which waits for them.
   * @default - none
   */
  readonly rollbackAlarms?: readonly IAlarm[];
  /** Firewall, access logs and encryption. @default - see each option */
  readonly protection?: FargateProtectionOptions;
  /** Credentials of a private registry other than ECR: `{"username": ..., "password": ...}`. @default - none */
  readonly registryCredentials?: ISecret;
}

export interface FargateNetworkOptions {
  /** Subnets of the tasks; public addresses are never assigned. @default - private subnets, with egress if there are any */
  readonly subnets?: SubnetSelection;
  /** Subnets of a created load balancer. @default - as the tasks; public subnets with Exposure.internet */
  readonly loadBalancerSubnets?: SubnetSelection;
  /**
   * Security groups of the tasks.
   * @default - one that lets out HTTPS alone and lets in the load balancer alone
   */
  readonly securityGroups?: readonly ISecurityGroup[];
}

export interface FargateCapacityOptions {
  /** Share of the replicas above `onDemandBase` that run on Spot, percent. @default 0 */
  readonly spotPercent?: number;
  /** Replicas that always run on demand. @default - scaling.minReplicas */
  readonly onDemandBase?: number;
}

export interface FargateRoleOptions {
  /** Role of the runtime. Gets `s3:GetObject` on the model. @default - created */
  readonly task?: IRole;
  /** Role ECS starts the task with. Gets image pull and log writes. @default - created */
  readonly execution?: IRole;
}

export interface FargateAlarmOptions {
  /** Topic told when an alarm fires and when it recovers. @default - none */
  readonly topic?: ITopic;
  /** Actions when an alarm fires. @default - none */
  readonly actions?: readonly IAlarmAction[];
}

export interface FargateProtectionOptions {
  /** Whether load balancer and logs survive the stack. @default true */
  readonly deletion?: boolean;
  /** Web application firewall of a created load balancer. @default - none */
  readonly webAcl?: WebAcl;
  /** Bucket for the access logs of a created load balancer; S3-managed encryption. @default - no access logs */
  readonly accessLogs?: AccessLogOptions;
  /** Key the logs are encrypted with. @default - the key of CloudWatch Logs */
  readonly encryptionKey?: IKey;
}

export interface AccessLogOptions {
  readonly bucket: IBucket;
  /** Folder in the bucket. @default - the name of the endpoint */
  readonly prefix?: string;
}
