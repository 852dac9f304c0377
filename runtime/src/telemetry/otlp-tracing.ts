import { hostname } from 'node:os';
import { type Context, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { ParentBasedSampler, TraceIdRatioBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import type { RuntimeConfig } from '../contract';
import type { ModelInstance, SharedRun } from '../inference';
import type { RuntimeMetrics } from '../monitoring';
import { SpanQueue, type SpanQueueOptions } from './span-queue';
import type { TracedOutcome, TracedRequest, Tracing, TracingResource } from './tracing';

const QUEUE: SpanQueueOptions = { capacity: 4096, batch: 512, delayMs: 2000 };
const EXPORT_TIMEOUT_MS = 10_000;
/** Longer values would make every span of a caller with long headers expensive. */
const MAX_ATTRIBUTE_LENGTH = 1024;
const TRACES_PATH = '/v1/traces';

const CARRIER = {
  get: (request: TracedRequest, key: string) =>
    key === 'traceparent' ? request.traceparent : request.tracestate,
  keys: () => ['traceparent', 'tracestate'],
};

interface Interval {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly run?: SharedRun | undefined;
}

/**
 * Spans over OTLP/HTTP in JSON. Loaded lazily, see `openTracing`. Spans are made when a request is answered, from the
 * times noted on the way: until then tracing costs a few numbers.
 */
export class OtlpTracing implements Tracing {
  private readonly propagator = new W3CTraceContextPropagator();
  private readonly queue: SpanQueue;
  private readonly tracer: ReturnType<TracerProvider['getTracer']>;

  constructor(
    { endpoint, sampleRatio }: NonNullable<RuntimeConfig['telemetry']['traces']>,
    resource: TracingResource,
    metrics: Pick<RuntimeMetrics, 'countSpansExported' | 'countSpansDropped'>,
    options: Partial<SpanQueueOptions> = {},
  ) {
    this.queue = new SpanQueue(
      new OTLPTraceExporter({ url: tracesUrl(endpoint), timeoutMillis: EXPORT_TIMEOUT_MS }),
      { ...QUEUE, ...options },
      (spans) => metrics.countSpansExported(spans),
      (spans, reason) => metrics.countSpansDropped(spans, reason),
    );
    const provider = new TracerProvider({
      sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampleRatio) }),
      resource: defaultResource().merge(resourceFromAttributes(resourceAttributes(resource))),
      spanLimits: { attributeValueLengthLimit: MAX_ATTRIBUTE_LENGTH },
      spanProcessors: [this.queue],
    });
    this.tracer = provider.getTracer('inferstack', resource.runtimeVersion);
  }

  record(request: TracedRequest, outcome: TracedOutcome): string | undefined {
    const { name, attributes } = request;
    const parent = this.propagator.extract(ROOT_CONTEXT, request, CARRIER);
    // The library would set the clock anew for each span, and children would begin before their parents.
    const epoch = Date.now() - performance.now();
    const options = { kind: SpanKind.SERVER, startTime: epoch + outcome.start, attributes };
    const span = this.tracer.startSpan(name, options, parent);
    if (!span.isRecording()) return undefined;
    span.setAttributes(modelAttributes(outcome.stages.instance));
    if (outcome.code !== undefined) span.setAttribute('inferstack.error.code', outcome.code);
    if (outcome.failed) {
      span.setAttribute('error.type', outcome.code ?? 'INTERNAL');
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    this.recordStages(trace.setSpan(parent, span), outcome, epoch);
    span.end(epoch + outcome.end);
    return span.spanContext().traceId;
  }

  async close(timeoutMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const expired = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, timeoutMs);
    });
    await Promise.race([this.queue.forceFlush(), expired]);
    clearTimeout(timer);
    // The exporter would wait for a batch on its way to a collector that does not answer.
    void this.queue.shutdown();
  }

  private recordStages(context: Context, outcome: TracedOutcome, epoch: number): void {
    const placement = outcome.stages.instance?.facts.execution?.placement;
    for (const { name, start, end, run } of intervals(outcome)) {
      const span: Span = this.tracer.startSpan(name, { startTime: epoch + start }, context);
      if (run) {
        span.setAttribute('inferstack.batch.rows', run.rows);
        span.setAttribute('inferstack.batch.requests', run.requests);
        if (placement) span.setAttribute('inferstack.run.placement', placement);
      }
      if (name === 'run') this.recordSteps(trace.setSpan(context, span), outcome, epoch);
      span.end(epoch + end);
    }
  }

  /** Steps of a pipeline, below its run. */
  private recordSteps(context: Context, { stages, end: last }: TracedOutcome, epoch: number): void {
    for (const { step, started, ended, outcome } of stages.steps) {
      if (started > last) continue;
      const span = this.tracer.startSpan(`step ${step}`, { startTime: epoch + started }, context);
      span.setAttribute('inferstack.step.outcome', outcome);
      if (outcome !== 'ok') span.setStatus({ code: SpanStatusCode.ERROR });
      span.end(epoch + Math.min(ended, last));
    }
  }
}

/** Stages one after the other; what happened in the queue and in the run is told apart where it is known. */
function intervals({ stages, end }: TracedOutcome): Interval[] {
  const { entered, run } = stages;
  return entered.flatMap(({ stage, at }, i): Interval[] => {
    const until = Math.min(entered[i + 1]?.at ?? end, end);
    // Whoever was told that time is over has left; the stages went on without.
    if (at > end) return [];
    if (stage !== 'run' || run === undefined) return [{ name: stage, start: at, end: until }];
    const started = Math.min(run.started, until);
    return [
      { name: 'queue', start: at, end: started },
      { name: 'run', start: started, end: Math.min(run.ended, until), run },
    ];
  });
}

function modelAttributes(instance: ModelInstance | undefined): Record<string, string> {
  if (instance === undefined) return {};
  return {
    'inferstack.model.name': instance.name,
    'inferstack.model.version': instance.version,
    'inferstack.model.digest': instance.digest,
  };
}

function resourceAttributes({ endpoint, runtimeVersion }: TracingResource): Record<string, string | number> {
  return {
    'service.name': endpoint,
    'service.version': runtimeVersion,
    'host.name': hostname(),
    'process.pid': process.pid,
  };
}

/** The configuration gives the collector; the path belongs to the protocol. */
function tracesUrl(endpoint: string): string {
  const base = endpoint.replace(/\/+$/, '');
  return base.endsWith(TRACES_PATH) ? base : base + TRACES_PATH;
}
