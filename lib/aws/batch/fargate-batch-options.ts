import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type {
  FargateAlarmOptions,
  FargateNetworkOptions,
  FargateProtectionOptions,
} from '../fargate-endpoint-options';

/** What only AWS knows about a job on AWS Batch with Fargate. Everything else is in the props of `BatchScoringJob`. */
export interface FargateBatchOptions {
  /** Network of the workers. */
  readonly vpc: IVpc;
  /** Placement inside the VPC. @default - private subnets, a security group of its own */
  readonly network?: Pick<FargateNetworkOptions, 'subnets' | 'securityGroups'>;
  /**
   * What the workers are bought as. `spotFirst`: Spot where there is some, on demand beyond it; a worker that is taken away
   * starts again and goes on where it stopped. `onDemand`: never taken away.
   * @default 'spotFirst'
   */
  readonly capacity?: 'spotFirst' | 'onDemand';
  /**
   * Disk of a worker, GiB, 20 to 200; it holds the model twice and files while they are read or written.
   * @default - 20, or what image and model need
   */
  readonly storageGiB?: number;
  /** Roles of yours. @default - roles with the least rights */
  readonly roles?: FargateBatchRoles;
  /** Who hears of alarms. @default - nobody */
  readonly alarms?: FargateAlarmOptions;
  /** Topic told of every run that ends, well or not. @default - none */
  readonly notifications?: ITopic;
  /** Encryption of the logs, and whether they survive the stack. @default - see each option */
  readonly protection?: Pick<FargateProtectionOptions, 'deletion' | 'encryptionKey'>;
}

export interface FargateBatchRoles {
  /** Role of the runtime. Gets the right to read model and input, and to write the output. @default - created */
  readonly job?: IRole;
  /** Role ECS starts the worker with. Gets image pull and log writes. @default - created */
  readonly execution?: IRole;
}
