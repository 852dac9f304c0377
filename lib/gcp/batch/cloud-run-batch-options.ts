import type { AlarmOptions } from '../alarm-options';
import type { CloudRunNetworkOptions } from '../cloud-run-options';
import type { ModelBucket } from '../model-bucket';

/** What only Google Cloud knows about a job on Cloud Run. Everything else is in the props of `BatchScoringJob`. */
export interface CloudRunBatchOptions {
  /** Project of every resource, by its id. */
  readonly project: string;
  /** Region of the job, its schedule, its logs and a created bucket, e.g. `europe-west1`. */
  readonly region: string;
  /** Name of the job and beginning of every other name, at most 49 characters. @default - from the construct path */
  readonly name?: string;
  /** Where the model package lies. @default ModelBucket.created() */
  readonly modelBucket?: ModelBucket;
  /** Email of a service account of yours that the workers run as. @default - one of its own */
  readonly serviceAccount?: string;
  /** VPC network the workers connect through. @default - none; they reach Google's APIs directly */
  readonly network?: CloudRunNetworkOptions;
  /** Who hears of alarms. @default - nobody; incidents are shown in Cloud Monitoring */
  readonly alarms?: AlarmOptions;
  /** Labels of every resource that can have them. @default - `managed-by` and `inferstack-job` alone */
  readonly labels?: Readonly<Record<string, string>>;
  /** Whether the deletion of the job is refused until this is switched off and applied. @default true */
  readonly deletionProtection?: boolean;
}
