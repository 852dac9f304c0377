import type { RequestError } from '../errors';
import { RequestStages } from '../inference';
import type { Logger } from '../logging';
import type { RuntimeMetrics } from '../monitoring';
import { inSample } from './sampling';
import type { TracedRequest, Tracing } from './tracing';

/** A request that was answered, by any protocol. */
export interface AnsweredRequest {
  readonly protocol: 'http' | 'grpc';
  readonly id: string;
  readonly route: string;
  readonly model: string;
  readonly version: string;
  /** HTTP status, for every protocol: metrics have one language. 499 when nobody was there to take the answer. */
  readonly status: number;
  readonly error: RequestError | undefined;
  /** performance.now() when it began. */
  readonly start: number;
  /** As far as they became known. */
  readonly rows: number | undefined;
  /** Who asked; undefined when nobody had to say. */
  readonly subject: string | undefined;
  readonly stages: RequestStages | undefined;
}

export interface RequestReporterParts {
  readonly metrics: RuntimeMetrics;
  readonly logger: Logger;
  /** Share of successes that are logged. @default 0 */
  readonly accessLogRatio?: number;
  /** @default - no traces */
  readonly tracing?: Tracing | undefined;
}

/** Routes whose answers say nothing about the quality of service: probes would drown the error rate. */
const PROBES: ReadonlySet<string> = new Set([
  'live',
  'ready',
  'model_ready',
  'grpc_live',
  'grpc_ready',
  'grpc_model_ready',
]);

/** Counts, traces and logs requests once they are answered; never what was in them. */
export class RequestReporter {
  constructor(private readonly parts: RequestReporterParts) {}

  /** Where a request notes its stages; undefined when nobody will look. */
  stages(): RequestStages | undefined {
    return this.parts.tracing && new RequestStages();
  }

  /** @param describe called only when requests are traced. */
  report(request: AnsweredRequest, describe: () => TracedRequest): void {
    const end = performance.now();
    if (PROBES.has(request.route)) {
      this.debug(request, end);
      return;
    }
    const { metrics, tracing } = this.parts;
    const { model, version, route, status, start } = request;
    metrics.countRequest({ name: model, version }, route, status, (end - start) / 1000);
    const traceId = tracing && this.trace(tracing, request, describe(), end);
    if (status >= 500) this.write('error', request, end, traceId);
    else if (status >= 400 || inSample(request.id, this.parts.accessLogRatio ?? 0))
      this.write('info', request, end, traceId);
    else this.debug(request, end);
  }

  private trace(
    tracing: Tracing,
    { start, stages, error, status }: AnsweredRequest,
    traced: TracedRequest,
    end: number,
  ): string | undefined {
    const outcome = {
      start,
      end,
      stages: stages ?? new RequestStages(),
      code: error?.code,
      failed: status >= 500,
    };
    return tracing.record(traced, outcome);
  }

  private debug(request: AnsweredRequest, end: number): void {
    this.write('debug', request, end, undefined);
  }

  private write(
    level: 'debug' | 'info' | 'error',
    request: AnsweredRequest,
    end: number,
    traceId: string | undefined,
  ): void {
    const { logger } = this.parts;
    if (!logger.isLevelEnabled(level)) return;
    const { id, protocol, route, model, version, status, error, start, rows, subject } = request;
    const ms = Math.round((end - start) * 1000) / 1000;
    logger[level](
      {
        ...{ event: 'request', requestId: id, traceId, protocol, route, model, version, status },
        ...{ code: error?.code, ms, rows, subject, err: error?.cause },
      },
      'request',
    );
  }
}
