import type { ModelInstance } from '../../../inference';
import type { GrpcServerParts } from '../grpc-server-parts';
import type {
  ModelStatistics,
  ModelStatisticsRequest,
  ModelStatisticsResponse,
} from '../messages/statistics-messages';
import type { MessageValue } from '../schema/message';

/** Routes that run a model. */
const RUNNING = new Set(['infer', 'predict', 'grpc_infer', 'grpc_stream_infer']);
const NANOSECONDS = 1e9;

/**
 * Answers ModelStatistics from the metrics, so that both tell the same. Times are those of runs, waiting included;
 * what is not measured apart (queue, input, output) stays 0.
 */
export class StatisticsCalls {
  constructor(private readonly parts: Pick<GrpcServerParts, 'metrics' | 'repository' | 'service'>) {}

  /** @throws RequestError for a model that is not served. */
  statistics({
    name,
    version,
  }: MessageValue<typeof ModelStatisticsRequest>): Partial<MessageValue<typeof ModelStatisticsResponse>> {
    const { repository, service } = this.parts;
    const all = repository.instances();
    if (name === '') return { model_stats: all.map((instance) => this.of(instance)) };
    if (version !== '') return { model_stats: [this.of(service.model(name, version))] };
    service.model(name);
    return {
      model_stats: all.filter((instance) => instance.name === name).map((instance) => this.of(instance)),
    };
  }

  private of(instance: ModelInstance): MessageValue<typeof ModelStatistics> {
    const rows = this.sum('inferstack_rows_total', '', instance);
    const runs = this.sum('inferstack_inference_duration_seconds', '_count', instance);
    const seconds = this.sum('inferstack_inference_duration_seconds', '_sum', instance);
    const all = this.sum('inferstack_requests_total', '', instance, ({ route }) => RUNNING.has(route!));
    const good = this.sum(
      'inferstack_requests_total',
      '',
      instance,
      ({ route, code }) => RUNNING.has(route!) && code === '200',
    );
    return {
      name: instance.name,
      version: instance.version,
      last_inference: 0n,
      inference_count: whole(rows),
      execution_count: whole(runs),
      inference_stats: inferStatistics(good, all - good, runs, seconds),
      batch_stats: [],
      memory_usage: [],
      response_stats: new Map(),
    };
  }

  private sum(
    metric: string,
    suffix: string,
    { name, version }: ModelInstance,
    counts: (labels: Readonly<Record<string, string>>) => boolean = () => true,
  ): number {
    let total = 0;
    const family = this.parts.metrics.registry.families.find((candidate) => candidate.name === metric);
    family?.samples((sampleSuffix, pairs, value) => {
      const labels = Object.fromEntries(pairs);
      if (sampleSuffix !== suffix || labels.model !== name || labels.version !== version) return;
      if (counts(labels)) total += value;
    });
    return total;
  }
}

function inferStatistics(good: number, bad: number, runs: number, seconds: number) {
  const ns = whole(seconds * NANOSECONDS);
  const none = { count: 0n, ns: 0n };
  return {
    success: { count: whole(good), ns },
    fail: { count: whole(bad), ns: 0n },
    queue: none,
    compute_input: none,
    compute_infer: { count: whole(runs), ns },
    compute_output: none,
    cache_hit: none,
    cache_miss: none,
  };
}

const whole = (value: number): bigint => BigInt(Math.round(value));
