import type { MetricRegistry } from './family';
import type { Gauge } from './series';

/** A configured version as metrics see it. */
export interface ObservedModel {
  readonly name: string;
  readonly version: string;
  /** What runs requests now; undefined while none does. */
  readonly serving:
    | {
        readonly executor: { readonly waitingRows?: number };
        readonly facts: {
          readonly memoryBytes?: number;
          readonly execution?: { readonly placement: string; readonly workers: number };
        };
      }
    | undefined;
}

/** Adds gauges of every model's state, read when somebody looks. */
export function observeModels(
  registry: MetricRegistry,
  repository: { readonly slots: readonly ObservedModel[] },
): void {
  const labels = ['model', 'version'];
  const gauge = (name: string, help: string) => registry.gauge(`inferstack_model_${name}`, help, labels);
  const loaded = gauge('loaded', '1 while the model is loaded, else 0.');
  const placement = registry.gauge('inferstack_model_placement', '1 for where runs happen now, else 0.', [
    ...labels,
    'placement',
  ]);
  const workers = gauge('workers', 'Worker threads or processes, or the one thread that reads requests.');
  const queue = gauge('queue_rows', 'Rows waiting for a run.');
  const memory = gauge('memory_estimate_bytes', 'Memory the loaded model is taken to use; calculated.');
  // A model that is loaded again may be placed elsewhere: its former series goes to 0.
  const placed = new Map<string, Gauge>();
  registry.onCollect(() => {
    for (const { name, version, serving } of repository.slots) {
      const { memoryBytes = 0, execution } = serving?.facts ?? {};
      loaded.with(name, version).set(serving === undefined ? 0 : 1);
      workers.with(name, version).set(execution?.workers ?? 0);
      queue.with(name, version).set(serving?.executor.waitingRows ?? 0);
      memory.with(name, version).set(memoryBytes);
      placed.get(`${name}/${version}`)?.set(0);
      if (execution === undefined) continue;
      const series = placement.with(name, version, execution.placement);
      series.set(1);
      placed.set(`${name}/${version}`, series);
    }
  });
}
