import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { FargateAlarmOptions } from '../fargate-endpoint-options';

/** What only AWS knows about an endpoint on SageMaker. Everything else is in the props of `ModelEndpoint`. */
export interface SageMakerEndpointOptions {
  /** Network the model comes through. */
  readonly vpc: IVpc;
  /** Placement inside the VPC. @default - private subnets, a security group of its own, containers without a network */
  readonly network?: SageMakerNetworkOptions;
  /**
   * Name of the endpoint: what clients ask for and what the log group is named after. 1 to 63 lower-case letters, digits
   * and dashes, unique in account and region.
   * @default - the name of the plan, from the construct path
   */
  readonly endpointName?: string;
  /** `ml.m6i.large`, ... @default - the smallest of c5, m5, r5 (arm64: c6g, m6g, r6g) that has what `resources` asks for */
  readonly instanceType?: string;
  /** Role of yours: gets the rights that are listed in README.md. @default - created, with the least rights */
  readonly role?: IRole;
  /** Who hears of alarms. @default - nobody; alarms still roll deployments back */
  readonly alarms?: SageMakerAlarmOptions;
  /** Encryption, and what survives the stack. @default - see each option */
  readonly protection?: SageMakerProtectionOptions;
  /** Keeps requests and answers in a bucket of yours. They may hold personal data. @default - not kept */
  readonly dataCapture?: DataCaptureOptions;
}

export type SageMakerAlarmOptions = FargateAlarmOptions;

export interface SageMakerNetworkOptions {
  /** Subnets of the instances, in two availability zones or more. @default - private subnets, with egress if there are any */
  readonly subnets?: SubnetSelection;
  /** Security groups of the instances. @default - one that lets nothing in and lets out HTTPS alone */
  readonly securityGroups?: readonly ISecurityGroup[];
  /**
   * Whether containers are without network and credentials. SageMaker itself fetches the model; the runtime needs
   * nothing else.
   * @default true
   */
  readonly isolation?: boolean;
}

export interface SageMakerProtectionOptions {
  /** Whether the logs survive the stack. @default true */
  readonly deletion?: boolean;
  /** Key for the volumes of the instances and the logs. @default - keys of AWS */
  readonly encryptionKey?: IKey;
}

export interface DataCaptureOptions {
  readonly bucket: IBucket;
  /** Folder in the bucket. @default - the name of the endpoint */
  readonly prefix?: string;
  /** Share of the requests, percent. @default 100 */
  readonly samplingPercent?: number;
}
