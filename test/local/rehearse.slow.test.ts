import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RehearsalEvent, RehearsalOutcome } from '@inferstack/runtime/contract';
import { ProblemError } from '@inferstack/runtime/contract';
import { rehearse } from 'inferstack/local';
import { copyPackage, removeCopies, samples } from '../runtime/support/packages';
import { until } from '../runtime/support/wait';
import { exampleModel } from '../support/endpoint';
import { temporaryFolder } from '../support/temporary-folder';
import { app, runtime as serving } from './support/local-runtime';

const runtime = { file: path.join(path.dirname(serving.file), 'rehearse.js') };
const generated = (count: number, seed = 1) =>
  ({ traffic: { kind: 'generated', count, seed }, rate: null, runtime }) as const;
const recorded = (lines: readonly unknown[], rate: number | null = null) => {
  const file = path.join(temporaryFolder(), 'recorded.jsonl');
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return { traffic: { kind: 'recorded', file }, rate, runtime } as const;
};
const features = (samples('breast-cancer/1')[0]!.inputs['features'] as number[][])[0]!;
const body = {
  inputs: [{ name: 'features', datatype: 'FP32', shape: [1, 30], data: features }],
};

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});
afterAll(removeCopies);

/** Without what depends on the speed of this machine. */
const untimed = ({ stable, candidate, ...outcome }: RehearsalOutcome) => ({
  ...outcome,
  stable: { ...stable, p50Ms: 0, p99Ms: 0 },
  candidate: { ...candidate, p50Ms: 0, p99Ms: 0 },
});

test('a candidate that differs too often is rejected, at the same request each time', async () => {
  const events: RehearsalEvent[] = [];
  const onEvent = (event: RehearsalEvent) => void events.push(event);
  const first = await rehearse(app('candidate'), { ...generated(2000), onEvent });
  expect(first).toMatchObject({ verdict: 'reject', step: 1, steps: 2, lost: 0, refused: 0 });
  expect(first.events.map(({ action }) => action)).toEqual(['start', 'rollback']);
  expect(events).toEqual(first.events);
  expect(first.detectMs).toBe(first.events[1]!.atMs);
  expect(first.gates.find(({ name }) => name === 'agreement')).toMatchObject({ verdict: 'fail' });
  // A fifth of the requests, and nobody after the verdict.
  expect(first.exposed).toBe(first.requests / 5);
  expect(untimed(await rehearse(app('candidate'), generated(2000)))).toEqual(untimed(first));
});

test('traffic that is too little for the gates says so', async () => {
  const outcome = await rehearse(app('candidate'), generated(40));
  expect(outcome.verdict).toBe('hold');
  expect(outcome.reason).toMatch(/^errors: \d+ answers of the candidate; 50 are needed$/);
});

test('nothing is left of it on the disk', async () => {
  const folder = temporaryFolder();
  process.env['TMPDIR'] = folder;
  await rehearse(app('candidate'), generated(40));
  // Its process ends a moment after its last word.
  await until(() => !readdirSync(folder).some((name) => name.startsWith('inferstack-')), 5000);
});

test('recorded requests come at their times, with their headers; what fits neither version is told', async () => {
  const lines = Array.from({ length: 60 }, (_, i) => ({
    offsetMs: i * 1000,
    headers: { 'X-User': 'u' },
    body,
  }));
  const wrong = {
    offsetMs: 60_000,
    body: { inputs: [{ ...body.inputs[0], shape: [1, 29], data: features.slice(1) }] },
  };
  const outcome = await rehearse(app('candidate'), recorded([...lines, wrong]));
  expect(outcome).toMatchObject({ verdict: 'hold', requests: 61, refused: 1, simulatedMs: 60_000 });
  expect(outcome.firstRefusal).toContain('shape');
});

test('a line that is no request is named', async () => {
  const failure = await problemOf(rehearse(app('candidate'), recorded([body, { instances: [] }])));
  expect(failure.code).toBe('LOCAL_REHEARSAL_FAILED');
  expect(failure.got).toMatch(/recorded\.jsonl:2[\s\S]*no request/);
});

test('a candidate that cannot serve is rejected, and nobody is exposed', async () => {
  process.env['TEST_CANDIDATE'] = copyPackage('breast-cancer/2', {
    'samples.jsonl': (text) => text.replace(/"probabilities": \[\[[^,]+/, '"probabilities": [[0.5'),
  });
  const outcome = await rehearse(app('candidate'), generated(20));
  expect(outcome).toMatchObject({ verdict: 'reject', exposed: 0, detectMs: null });
  expect(outcome.reason).toContain('the candidate cannot be loaded');
});

test('without a candidate: from the package that is deployed, judged by the alarms', async () => {
  const stable = exampleModel('breast-cancer', '2');
  const outcome = await rehearse(app('blue-green'), { ...generated(300), stable });
  expect(outcome.gates.map(({ name }) => name)).toEqual(['alarm-errors', 'alarm-latency']);
  expect(outcome).toMatchObject({ stable: { version: '2' }, candidate: { version: '1' }, steps: 1, lost: 0 });
});

test.each([
  ['nothing is said to be deployed', 'blue-green', {}, 'the rollout has no candidate'],
  ['another model', 'blue-green', { stable: exampleModel('digits', '1') }, 'no endpoint would move requests'],
  ['several endpoints', 'two-endpoints', {}, 'the app has several endpoints'],
])('%s', async (_, name, options, what) => {
  const failure = await problemOf(rehearse(app(name), { ...generated(1), ...options }));
  expect(failure.what).toContain(what);
});

async function problemOf(work: Promise<unknown>) {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ProblemError);
  return (error as ProblemError).problems[0]!;
}
