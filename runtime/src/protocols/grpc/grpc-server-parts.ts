import type { RuntimeConfig } from '../../contract';
import type { InferenceService, ModelRepository, Readiness } from '../../inference';
import type { Logger } from '../../logging';
import type { RuntimeMetrics } from '../../monitoring';
import type { Authenticator } from '../../security';
import type { RequestReporter } from '../../telemetry';

/** What the gRPC side is made of: the same as the HTTP side. */
export interface GrpcServerParts {
  readonly service: InferenceService;
  readonly repository: ModelRepository;
  readonly readiness: Readiness;
  readonly metrics: RuntimeMetrics;
  readonly logger: Logger;
  readonly limits: RuntimeConfig['limits'];
  /** undefined: everybody may ask. */
  readonly authenticator: Authenticator | undefined;
  /** @default - counts requests and logs those that failed */
  readonly reporter?: RequestReporter;
  /** Whether clients of TensorFlow Serving are answered as well. @default false */
  readonly tensorflowServing?: boolean;
  /** Version of the runtime, for ServerMetadata. */
  readonly runtimeVersion: string;
}
