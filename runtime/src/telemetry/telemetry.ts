import type { RuntimeConfig } from '../contract';
import { type Logger, writeLine } from '../logging';
import type { RuntimeMetrics } from '../monitoring';
import { EmfReporter } from './emf-reporter';
import { RequestReporter } from './request-reporter';
import { openTracing, type Tracing } from './tracing';

export interface TelemetryParts {
  readonly metrics: RuntimeMetrics;
  readonly logger: Logger;
  readonly runtimeVersion: string;
}

/** A collector that does not answer must not hold up a process that wants to stop. */
const CLOSE_MS = 3000;

/** What leaves the process about itself, as the configuration wants it: traces, metrics in the log, access log. */
export class Telemetry {
  readonly reporter: RequestReporter;
  private readonly tracing: Tracing | undefined;
  private readonly emf: EmfReporter | undefined;

  constructor({ endpoint, telemetry }: RuntimeConfig, parts: TelemetryParts) {
    const { metrics, logger, runtimeVersion } = parts;
    const { accessLogRatio } = telemetry;
    const tracing = openTracing(telemetry.traces, { endpoint, runtimeVersion }, metrics);
    this.tracing = tracing;
    this.reporter = new RequestReporter({ metrics, logger, accessLogRatio, tracing });
    if (!telemetry.emf) return;
    this.emf = new EmfReporter({ endpoint, inFlight: () => metrics.inFlight.value, write: writeLine });
    metrics.observer = this.emf.window;
  }

  /** Writes and sends what is left, once no more requests come. */
  async close(): Promise<void> {
    this.emf?.close();
    await this.tracing?.close(CLOSE_MS);
  }
}
