import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { MetricRegistry } from './family';

const LAG_RESOLUTION_MS = 20;

/** Adds what any dashboard expects of a process, measured at each scrape. Returns what stops the measuring. */
export function registerProcessMetrics(registry: MetricRegistry): () => void {
  const resident = registry.gauge('process_resident_memory_bytes', 'Resident memory.').with();
  const cpu = registry.counter('process_cpu_seconds_total', 'User and system CPU time spent.').with();
  const start = registry.gauge('process_start_time_seconds', 'Start time since the Unix epoch.').with();
  const lag = registry
    .gauge('nodejs_eventloop_lag_seconds', 'Longest delay of the event loop since the previous scrape.')
    .with();
  start.set(performance.timeOrigin / 1000);
  const delay = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS });
  delay.enable();
  registry.onCollect(() => {
    resident.set(process.memoryUsage.rss());
    const { user, system } = process.cpuUsage();
    cpu.add((user + system) / 1e6 - cpu.value);
    // The histogram holds whole timer intervals; what exceeds the interval is the lag.
    lag.set(Math.max(0, delay.max / 1e9 - LAG_RESOLUTION_MS / 1000));
    delay.reset();
  });
  return () => delay.disable();
}
