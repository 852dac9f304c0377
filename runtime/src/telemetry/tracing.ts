import type { RuntimeConfig } from '../contract';
import type { RequestStages } from '../inference';
import type { RuntimeMetrics } from '../monitoring';

export type SpanAttributes = Readonly<Record<string, string | number | undefined>>;

/** A request that was answered, as its protocol describes it. Values of features must not be among the attributes. */
export interface TracedRequest {
  /** Few different ones: the route, never the path. */
  readonly name: string;
  /** Headers or metadata as the caller sent them; see https://www.w3.org/TR/trace-context/ */
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
  /** By the semantic conventions of the protocol. */
  readonly attributes: SpanAttributes;
}

/** How a traced request went, whatever protocol it came by. */
export interface TracedOutcome {
  /** performance.now() when it began and when it was answered. */
  readonly start: number;
  readonly end: number;
  readonly stages: RequestStages;
  /** Stable code of the error; undefined when there was none. */
  readonly code: string | undefined;
  /** Whether it was the server's fault. */
  readonly failed: boolean;
}

export interface Tracing {
  /**
   * Makes the spans of a request, if the caller decided to trace it or, without a decision, if it is sampled.
   *
   * @returns the id of the trace, for the log; undefined when it is not traced.
   */
  record(request: TracedRequest, outcome: TracedOutcome): string | undefined;
  /** Sends what is queued, for as long as `timeoutMs` at most. */
  close(timeoutMs: number): Promise<void>;
}

/** What the spans of this process have in common. */
export interface TracingResource {
  readonly endpoint: string;
  readonly runtimeVersion: string;
}

/** Loads the tracing library only if traces are wanted: it costs memory and time to start. */
export function openTracing(
  traces: RuntimeConfig['telemetry']['traces'],
  resource: TracingResource,
  metrics: RuntimeMetrics,
): Tracing | undefined {
  if (traces === null) return undefined;
  const { OtlpTracing } = require('./otlp-tracing') as typeof import('./otlp-tracing');
  return new OtlpTracing(traces, resource, metrics);
}
