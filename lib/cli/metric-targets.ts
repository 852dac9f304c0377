import type { Manifest } from '@inferstack/runtime/contract';

type Metric = Manifest['metrics'][number];

/** Whether a metric reaches its target; undefined without one. */
export function meetsTarget({ value, target, higherIsBetter }: Metric): boolean | undefined {
  if (target === undefined) return undefined;
  return higherIsBetter ? value >= target : value <= target;
}

/** `recall 0.91 misses its target 0.95 (held-out, 143 rows)` for each metric that does. */
export function missedTargets(metrics: readonly Metric[]): string[] {
  return metrics
    .filter((metric) => meetsTarget(metric) === false)
    .map(
      (metric) => `${metric.name} ${metric.value} misses its target ${metric.target}${measuredOn(metric)}`,
    );
}

function measuredOn({ dataset, rows }: Metric): string {
  const parts = [dataset, rows === undefined ? undefined : `${rows} rows`].filter(
    (part) => part !== undefined,
  );
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}
