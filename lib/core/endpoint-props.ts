import type { ClientContract } from '@inferstack/runtime/contract';
import type { Adapter } from './adapter';
import type { DurationLike } from './duration';
import type { FeatureSource } from './feature-source';
import type { ModelSource } from './model-source';
import type { Pipeline } from './pipeline';
import type { Rollout } from './rollout';
import type { RuntimeImage } from './runtime-image';
import type { EndpointTarget } from './target';

/** A model served in real time on the platform of `target`. */
export interface ModelEndpointProps<Native> {
  /**
   * The trained model, checked at synthesis; or several, of which each is delivered and served under its own name and
   * version. A pipeline stands for its models, and makes them answer as one besides. The first model is the endpoint's
   * main model: versions and labels of the platform's resources are its.
   */
  readonly model: ServedModel | readonly ServedModel[];
  /** The platform: `FargateEndpoint`, `KubernetesEndpoint`, ... with the options only it knows. */
  readonly target: EndpointTarget<Native>;
  /** How many replicas, and when there are more. @default - 2 to 10 replicas, 60 % CPU */
  readonly scaling?: ScalingProps;
  /** What one replica may use. @default - 1 CPU, 2048 MiB, x86_64 */
  readonly resources?: ResourcesProps;
  /** How a new version takes over. @default Rollout.rolling() */
  readonly rollout?: Rollout;
  /** Alarms, logs and dashboard. @default - alarms on errors and latency, 30 days of logs, a dashboard */
  readonly monitoring?: MonitoringProps;
  /** Image, limits and timeouts of the serving runtime. @default - built from this library, see each prop */
  readonly runtime?: RuntimeProps;
}

/** What requests can ask an endpoint for. */
export type ServedModel = ModelSource | Pipeline;

export interface ScalingProps {
  /** Replicas kept at all times. @default 2 */
  readonly minReplicas?: number;
  /** Replicas never exceeded. @default 10, or minReplicas if that is more */
  readonly maxReplicas?: number;
  /** Requests per second one replica carries before another is added. @default - not scaled on requests */
  readonly requestsPerReplica?: number;
  /** CPU use, percent, above which replicas are added. @default 60 */
  readonly cpuPercent?: number;
  /** Least time between two additions. @default Duration.minutes(1) */
  readonly scaleOutCooldown?: DurationLike;
  /** Least time between two removals. @default Duration.minutes(5) */
  readonly scaleInCooldown?: DurationLike;
}

export interface ResourcesProps {
  /** CPU of one replica in thousandths of a core. @default 1000 */
  readonly cpuMillis?: number;
  /** Memory of one replica. @default 2048 */
  readonly memoryMiB?: number;
  /** Processor the image is built for and runs on. @default 'x86_64' */
  readonly architecture?: Architecture;
}

export type Architecture = 'x86_64' | 'arm64';

export interface MonitoringProps {
  /** Alarm on failed requests (5xx); false switches it off. @default - 1 % over 5 minutes, from 100 requests on */
  readonly errors?: ErrorAlarmProps | false;
  /** Alarm on slow requests; false switches it off. @default - p99 above 1000 ms over 5 minutes, from 100 requests on */
  readonly latency?: LatencyAlarmProps | false;
  /** How long logs are kept, days. @default 30 */
  readonly logRetentionDays?: number;
  /** Whether a dashboard is created. @default true */
  readonly dashboard?: boolean;
  /** Page that tells the person on call what to do, linked from every alarm. @default - none */
  readonly runbookUrl?: string;
}

export interface ErrorAlarmProps {
  /** Highest share of failed requests, percent. @default 1 */
  readonly maxPercent?: number;
  /** Requests needed in the window before the alarm can fire. @default 100 */
  readonly minRequests?: number;
  /** Time the share is taken over, whole minutes. @default Duration.minutes(5) */
  readonly window?: DurationLike;
}

export interface LatencyAlarmProps {
  /** Highest 99th percentile of the time to answer. @default Duration.seconds(1) */
  readonly maxP99?: DurationLike;
  /** Requests needed in the window before the alarm can fire. @default 100 */
  readonly minRequests?: number;
  /** Time the percentile is taken over, whole minutes. @default Duration.minutes(5) */
  readonly window?: DurationLike;
}

export interface RuntimeProps {
  /** The image. @default RuntimeImage.fromSource() */
  readonly image?: RuntimeImage;
  /** Least severe log level written. @default 'info' */
  readonly logLevel?: LogLevel;
  /** Whether the Open Inference Protocol is served over gRPC too. @default false */
  readonly grpc?: boolean;
  /**
   * Contracts of other servers and platforms whose routes are answered besides the Open Inference Protocol, so that
   * clients written for them need not change; see the README of the runtime.
   * @default - none
   */
  readonly contracts?: readonly ClientContract[];
  /** Features joined from online stores before the model runs; callers send keys instead. @default - none */
  readonly features?: readonly FeatureSource[];
  /**
   * Routes for callers of other systems, in formats of their own: CSV, fixed width, XML, SOAP, forms, JSON of any shape.
   * @default - none
   */
  readonly adapters?: readonly Adapter[];
  /** Share of successful requests in the access log, 0 to 1; failed ones always are. @default 0 */
  readonly accessLogRatio?: number;
  /** Largest request body. @default 8388608 (8 MiB) */
  readonly maxBodyBytes?: number;
  /** Longest time for one request. @default Duration.seconds(30) */
  readonly requestTimeout?: DurationLike;
  /** Requests in progress per replica; more are refused with 429. @default 256 */
  readonly maxInFlight?: number;
  /** Time still serving after the stop signal while load balancers turn away. @default Duration.seconds(5) */
  readonly drainDelay?: DurationLike;
  /** Time for requests in progress after that. @default Duration.seconds(30) */
  readonly drainTimeout?: DurationLike;
  /** How runs of the model are scheduled. @default - measured when the model is loaded */
  readonly execution?: ExecutionProps;
}

export interface ExecutionProps {
  /**
   * Where runs happen. `inline`: on the thread that reads requests, best for models of microseconds. `threads`: in
   * workers. `processes`: in child processes, which contain crashes and hangs of the engine itself.
   * @default 'auto' - by the time one run takes
   */
  readonly placement?: Placement;
  /** Worker threads or processes per replica. @default - one per core of the replica and thread of a run */
  readonly workers?: number;
  /** Threads within one run. More shorten single runs of heavy models and cost throughput. @default 1 */
  readonly intraOpThreads?: number;
  /** Rows of one run at most, for models that can batch. @default - the smallest batch near the best throughput */
  readonly maxBatchRows?: number;
  /** Time a request may wait for others to share its run. @default Duration.millis(0) */
  readonly maxWait?: DurationLike;
  /** A run in a worker that takes longer gets its worker replaced. @default Duration.seconds(60) */
  readonly hangTimeout?: DurationLike;
  /** Whether workers map large weights from one file instead of each holding a copy. @default true */
  readonly shareWeights?: boolean;
}

export type Placement = 'auto' | 'inline' | 'threads' | 'processes';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
