import { type ParsedFamily, parseExposition } from '../runtime/support/exposition-parser';
import { until } from '../runtime/support/wait';
import { Asker, config, Serving } from './support/serving';
import { workersOf } from './support/workers';

let serving: Serving;
afterEach(() => serving.stop());

/** Values of a metric by its labels. */
async function values(name: string): Promise<Record<string, number>> {
  const families: ParsedFamily[] = parseExposition(await serving.metrics());
  const { samples } = families.find((family) => family.name === name)!;
  return Object.fromEntries(samples.map(({ labels, value }) => [Object.values(labels).join(' '), value]));
}

test('metrics and health tell how each model runs, and when it does not', async () => {
  serving = await Serving.start(config(['digits/1', 'diabetes/1']));
  expect(await values('inferstack_model_placement')).toEqual({
    'digits 1 inline': 1,
    'diabetes 1 inline': 1,
  });
  expect(await values('inferstack_model_workers')).toEqual({ 'digits 1': 1, 'diabetes 1': 1 });
  expect(await values('inferstack_model_queue_rows')).toEqual({ 'digits 1': 0, 'diabetes 1': 0 });
  const memory = await values('inferstack_model_memory_estimate_bytes');
  expect(memory['digits 1']).toBeGreaterThan(1024 * 1024);
  const { models, ports, memory: total } = await serving.health();
  expect(models[0]).toMatchObject({
    state: 'serving',
    memoryBytes: memory['digits 1'],
    execution: {
      placement: 'inline',
      workers: 1,
      weightsShared: false,
      calibration: { runMicros: expect.any(Number), batchable: true, maxBatchRows: expect.any(Number) },
    },
  });
  expect(total.estimatedBytes).toBe(memory['digits 1']! + memory['diabetes 1']!);
  expect(ports).toEqual(serving.role.ports);
  await serving.post('/v2/repository/models/digits/unload');
  expect(await values('inferstack_model_loaded')).toEqual({ 'digits 1': 0, 'diabetes 1': 1 });
  expect(await values('inferstack_model_placement')).toEqual({
    'digits 1 inline': 0,
    'diabetes 1 inline': 1,
  });
  expect((await values('inferstack_model_memory_estimate_bytes'))['digits 1']).toBe(0);
  expect((await serving.health()).models[0]).toEqual({
    name: 'digits',
    version: '1',
    digest: expect.any(String),
    state: 'unloaded',
    reason: 'unloaded by a client',
  });
});

test('workers are counted where there are some, and rows that wait are read when somebody looks', async () => {
  const { execution } = config([]);
  const change = {
    execution: { ...execution, placement: 'processes' as const, workers: 1, maxBatchRows: 1 },
  };
  serving = await Serving.start({ ...config(['digits/1']), ...change });
  expect(await values('inferstack_model_placement')).toEqual({ 'digits 1 processes': 1 });
  expect(await values('inferstack_model_workers')).toEqual({ 'digits 1': 1 });
  const digits = new Asker(serving, 'digits/1');
  const [worker] = workersOf(process.pid);
  process.kill(worker!, 'SIGSTOP');
  const replies = Array.from({ length: 10 }, () => digits.http());
  // One is with the worker, which does not move.
  await until(async () => (await values('inferstack_model_queue_rows'))['digits 1'] === 9);
  process.kill(worker!, 'SIGCONT');
  expect((await Promise.all(replies)).map(({ status }) => status)).toEqual(Array(10).fill(200));
  expect(await values('inferstack_model_queue_rows')).toEqual({ 'digits 1': 0 });
});
