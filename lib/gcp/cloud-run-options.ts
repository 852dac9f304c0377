import type { ModelSource } from '../core';
import type { AlarmOptions } from './alarm-options';
import type { Exposure } from './exposure';
import type { ModelBucket } from './model-bucket';

/** What only Google Cloud knows about an endpoint on Cloud Run. Everything else is in the props of `ModelEndpoint`. */
export interface CloudRunEndpointOptions {
  /** Project of every resource, by its id. */
  readonly project: string;
  /** Region of the service, its logs and a created bucket, e.g. `europe-west1`. */
  readonly region: string;
  /** Name of the service and beginning of every other name, at most 49 characters. @default - from the construct path */
  readonly name?: string;
  /** From where the endpoint is reached. @default Exposure.internal() */
  readonly exposure?: Exposure;
  /** Who may call it once it is reached. @default - nobody until `native.grantInvoke(member)` */
  readonly access?: CloudRunAccessOptions;
  /** Where the model package lies. @default ModelBucket.created() */
  readonly modelBucket?: ModelBucket;
  /**
   * Models of versions that may still serve, or may be gone back to: Terraform makes sure that their packages are in
   * the bucket. Packages it once put there stay anyway.
   * @default - none
   */
  readonly previousModels?: readonly ModelSource[];
  /**
   * Name of this release, as the number of the build: part of the name of its revision, which is never used twice. Give
   * another one with every release, also when going back to a former version. Needed by rollouts that move requests
   * from one revision to the next.
   * @default - Cloud Run names revisions; rollouts other than rolling are refused
   */
  readonly release?: string;
  /** How instances are run and billed. @default - see each option */
  readonly instances?: CloudRunInstanceOptions;
  /** VPC network the instances connect through. @default - none; they reach Google's APIs and the internet directly */
  readonly network?: CloudRunNetworkOptions;
  /** Who hears of alarms. @default - nobody; incidents are shown in Cloud Monitoring */
  readonly alarms?: AlarmOptions;
  /** Labels of every resource that can have them. @default - `managed-by` and `inferstack-endpoint` alone */
  readonly labels?: Readonly<Record<string, string>>;
  /** Whether the deletion of the service is refused until this is switched off and applied. @default true */
  readonly deletionProtection?: boolean;
}

export interface CloudRunAccessOptions {
  /**
   * Principals that may call: `serviceAccount:...`, `user:...`, `group:...`, `domain:...`, `principal://...`,
   * `principalSet://...`.
   * @default - nobody
   */
  readonly invokers?: readonly string[];
  /** Whether whoever reaches the endpoint may call it, without an identity. @default false */
  readonly unauthenticated?: boolean;
  /**
   * Email of a service account of yours that the instances run as; it gets read access to the model.
   * @default - one of its own with that right alone
   */
  readonly serviceAccount?: string;
}

export interface CloudRunInstanceOptions {
  /** Requests one instance takes at once, 1 to 1000, at most `runtime.maxInFlight`. @default - runtime.maxInFlight */
  readonly concurrency?: number;
  /**
   * When an instance has CPU and is billed: all its life, or while it starts, answers and is probed.
   * @default - 'always'; 'requests' with scaling.minReplicas 0
   */
  readonly cpu?: 'always' | 'requests';
  /** Whether an instance gets more CPU while it starts. @default true */
  readonly startupCpuBoost?: boolean;
}

/** Direct VPC egress: everything the instances send goes through the network. */
export interface CloudRunNetworkOptions {
  /** Subnetwork of the region, with Private Google Access, a /26 or larger. Name or self link. */
  readonly subnetwork: string;
  /** Network of the subnetwork. Name or self link. @default - that of the subnetwork */
  readonly network?: string;
  /** Network tags for firewall rules. @default - none */
  readonly tags?: readonly string[];
}
