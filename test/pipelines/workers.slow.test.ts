import { signal, workersOf } from '../repository/support/workers';
import { post, type Reply } from '../runtime/support/http-client';
import { testConfig } from '../runtime/support/packages';
import { endProcesses, RuntimeProcess } from '../runtime/support/process';
import { until } from '../runtime/support/wait';
import { attributesOf, Collector } from '../telemetry/support/collector';
import { inferBody, output, ROWS } from './support/features';
import { ensemble, model, pipeline, SECOND } from './support/steps';

jest.setTimeout(120_000);

const rows = ROWS.slice(0, 3);
const second = model('second', { ...SECOND, onError: { kind: 'skip' } });
const slow = { ...second, timeoutMs: 300 };

let collector: Collector;
let inference: number;
/** The worker process of the second model: models are loaded in order. */
let worker: number;

// A process of its own with a worker process a model: they can be stopped and killed for real.
beforeEach(async () => {
  collector = await Collector.start();
  const base = testConfig(['breast-cancer/1', 'breast-cancer/2']);
  const runtime = new RuntimeProcess({
    ...base,
    pipelines: [
      pipeline(ensemble('root', [model('first'), second])),
      pipeline(ensemble('root', [model('first'), slow]), { name: 'slow' }),
      pipeline(model('only', { ...SECOND, timeoutMs: 300 }), { name: 'strict' }),
    ],
    telemetry: { ...base.telemetry, traces: { endpoint: collector.url, sampleRatio: 1 } },
    execution: { ...base.execution, placement: 'processes', workers: 1 },
    logging: { level: 'info' },
  });
  ({ inference } = await runtime.ready());
  const pid = Number(runtime.log.find(({ event }) => event === 'start')!['pid']);
  worker = Math.max(...workersOf(pid));
});
afterEach(async () => {
  signal(worker, 'SIGCONT');
  await endProcesses();
  await collector.stop();
});

const ask = (name: string): Promise<Reply> => post(inference, `/v2/models/${name}/infer`, inferBody(rows));
const first = () => post(inference, '/v2/models/breast-cancer/versions/1/infer', inferBody(rows));

test('a step that does not answer in time is done without, and what waits for it goes on when it can', async () => {
  signal(worker, 'SIGSTOP');
  const reply = await ask('slow');
  expect(reply.headers['x-inferstack-degraded']).toBe('second;cause=timed_out;action=skipped');
  expect(output(reply)).toEqual(output(await first()));
  const strict = await ask('strict');
  expect([strict.status, strict.json.code]).toEqual([504, 'PIPELINE_STEP_TIMEOUT']);
  signal(worker, 'SIGCONT');
  await until(async () => (await ask('slow')).headers['x-inferstack-degraded'] === undefined);
});

test('a worker that is killed costs no answer: its run is done again by the next', async () => {
  signal(worker, 'SIGSTOP');
  const asked = ask('risk');
  signal(worker, 'SIGKILL');
  const reply = await asked;
  expect(reply.status).toBe(200);
  expect(reply.headers['x-inferstack-degraded']).toBeUndefined();
});

test('a traced request shows its steps inside of its run', async () => {
  signal(worker, 'SIGSTOP');
  await ask('slow');
  await until(() => collector.spans.some(({ name }) => name === 'step root'));
  const run = collector.spans.find(({ name }) => name === 'run')!;
  const steps = collector.spans.filter(({ name }) => name.startsWith('step '));
  expect(Object.fromEntries(steps.map((span) => [span.name, attributesOf(span)]))).toEqual({
    'step first': { 'inferstack.step.outcome': 'ok' },
    'step second': { 'inferstack.step.outcome': 'timed_out' },
    'step root': { 'inferstack.step.outcome': 'ok' },
  });
  for (const { parentSpanId } of steps) expect(parentSpanId).toBe(run.spanId);
});
