import { EMF_DIMENSION_SETS } from '../contract';
import { emfLine } from './emf-line';
import { EmfWindow } from './emf-window';

export interface EmfReporterOptions {
  /** Name of the endpoint, the first dimension of everything. */
  readonly endpoint: string;
  /** Requests in progress now. */
  readonly inFlight: () => number;
  /** Takes one line, without its end. */
  readonly write: (line: string) => void;
}

const INTERVAL_MS = 60_000;
const SAMPLE_MS = 1000;

/** Writes once a minute what happened since the last time: aggregated, so that the log does not grow with traffic. */
export class EmfReporter {
  readonly window = new EmfWindow();
  private readonly timers: NodeJS.Timeout[];

  constructor(private readonly options: EmfReporterOptions) {
    const sample = setInterval(() => this.window.sampleInFlight(options.inFlight()), SAMPLE_MS);
    this.timers = [sample.unref(), setInterval(() => this.flush(), INTERVAL_MS).unref()];
  }

  /** Writes one line a model and one for the process. */
  flush(): void {
    const now = Date.now();
    const { endpoint, write } = this.options;
    const { models, endpoint: whole } = this.window.take();
    const sets = [EMF_DIMENSION_SETS.model, EMF_DIMENSION_SETS.version];
    for (const { model, values } of models)
      write(emfLine(now, sets, { endpoint, model: model.name, version: model.version }, values));
    if (whole.size > 0) write(emfLine(now, [EMF_DIMENSION_SETS.endpoint], { endpoint }, whole));
  }

  /** Writes what is left. */
  close(): void {
    for (const timer of this.timers) clearInterval(timer);
    this.window.sampleInFlight(this.options.inFlight());
    this.flush();
  }
}
