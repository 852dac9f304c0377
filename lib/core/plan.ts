import type {
  AdapterConfig,
  ClientContract,
  FeatureLookup,
  PipelineSpec,
  RolloutConfig,
} from '@inferstack/runtime/contract';
import type { Architecture, LogLevel, Placement } from './endpoint-props';
import type { ModelPackages } from './model-packages';
import type { RolloutPlan } from './rollout';
import type { ImagePlan } from './runtime-image';
import type { SecretPlaces } from './secret-ref';

/**
 * What is to be built, every default resolved. Targets translate it and decide nothing; what a target cannot honour
 * it refuses with `UnsupportedError`.
 */
export interface EndpointPlan {
  /** Lower-case name derived from the construct path, for platforms that demand one (1-63 characters). */
  readonly name: string;
  /** Construct path, for messages. */
  readonly path: string;
  /** Delivered and served side by side, each under its own name and version; the first is the main one. */
  readonly models: ModelPackages;
  readonly scaling: ScalingPlan;
  readonly resources: ResourcesPlan;
  /** How the platform replaces what is deployed. */
  readonly rollout: RolloutPlan;
  readonly monitoring: MonitoringPlan;
  readonly runtime: RuntimePlan;
}

export interface ScalingPlan {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** Requests per second and replica; null: not scaled on requests. */
  readonly requestsPerReplica: number | null;
  readonly cpuPercent: number;
  readonly scaleOutCooldownSeconds: number;
  readonly scaleInCooldownSeconds: number;
}

export interface ResourcesPlan {
  readonly cpuMillis: number;
  readonly memoryMiB: number;
  readonly architecture: Architecture;
}

export interface MonitoringPlan {
  /** null: switched off. */
  readonly errors: ErrorAlarmPlan | null;
  /** null: switched off. */
  readonly latency: LatencyAlarmPlan | null;
  readonly logRetentionDays: number;
  readonly dashboard: boolean;
  readonly runbookUrl: string | null;
}

export interface ErrorAlarmPlan {
  readonly maxPercent: number;
  readonly minRequests: number;
  readonly windowSeconds: number;
}

export interface LatencyAlarmPlan {
  readonly maxP99Ms: number;
  readonly minRequests: number;
  readonly windowSeconds: number;
}

export interface RuntimePlan {
  readonly image: ImagePlan;
  readonly logLevel: LogLevel;
  /** Whether the gRPC listener is open and reachable. */
  readonly grpc: boolean;
  /** Contracts of other servers that are answered too. */
  readonly contracts: readonly ClientContract[];
  /** Features joined from online stores. */
  readonly features: readonly FeaturePlan[];
  /** Models that answer as one, by names of their own. */
  readonly pipelines: readonly PipelineSpec[];
  /** Routes for callers of other systems, in their own formats. */
  readonly adapters: readonly AdapterConfig[];
  /** Versions among the models that are to take over from others, watched by the runtime. */
  readonly rollouts: readonly RolloutConfig[];
  /** Where the keys of those who may act on these rollouts are; null: nobody may. */
  readonly rolloutKeys: SecretPlaces | null;
  readonly accessLogRatio: number;
  readonly maxBodyBytes: number;
  readonly requestTimeoutMs: number;
  readonly maxInFlight: number;
  readonly drainDelayMs: number;
  readonly drainTimeoutMs: number;
  readonly execution: ExecutionPlan;
}

export interface FeaturePlan {
  /** As the runtime is told, but for the credentials, which are where the target puts them. */
  readonly lookup: Omit<FeatureLookup, 'credentials'>;
  /** Where the credentials are; null: the store demands none. */
  readonly secret: SecretPlaces | null;
}

export interface ExecutionPlan {
  readonly placement: Placement;
  readonly workers: number;
  readonly intraOpThreads: number;
  /** 0: measured when the model is loaded. */
  readonly maxBatchRows: number;
  readonly maxWaitMs: number;
  readonly hangMs: number;
  readonly shareWeights: boolean;
}
