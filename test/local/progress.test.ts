import type { EndpointRollout, EndpointStatus, LocalEvent } from 'inferstack/local';
import { JsonProgress } from '../../lib/local/json-progress';
import { LineProgress } from '../../lib/local/line-progress';
import { ScreenProgress } from '../../lib/local/screen-progress';

class Recorder {
  text = '';
  constructor(readonly columns = 80) {}

  write(text: string): void {
    this.text += text;
  }
}

const status = (requests: number): EndpointStatus => ({
  name: 'credit-risk',
  url: 'http://127.0.0.1:8080',
  grpcAddress: '127.0.0.1:8081',
  managementUrl: 'http://127.0.0.1:9090',
  models: [{ name: 'breast-cancer', version: '1', digest: `sha256:${'ab'.repeat(32)}` }],
  ready: true,
  replicas: [
    { replica: 0, state: 'ready', pid: 11, restarts: 0, lastFailure: undefined },
    { replica: 1, state: 'restarting', pid: undefined, restarts: 3, lastFailure: 'ended with exit code 1' },
  ],
  requests: { requestsPerSecond: 12.34, p50Ms: 1.234, p99Ms: 56.7, errors: 2, requests, inFlight: 0 },
  rollouts: [],
});

const failed: LocalEvent = {
  type: 'replica',
  endpoint: 'credit-risk',
  replica: 1,
  state: 'restarting',
  pid: undefined,
  failure: 'ended with exit code 1',
};

test('plain lines: changes, addresses, and traffic when there was any', () => {
  const out = new Recorder();
  const progress = new LineProgress(out);
  progress.event({ ...failed, state: 'ready', pid: 11, failure: undefined });
  progress.event(failed);
  progress.event({ type: 'log', endpoint: 'credit-risk', replica: 0, line: 'hello' });
  progress.started([status(0)]);
  progress.tick([status(7)]);
  progress.tick([status(8)]);
  expect(out.text.split('\n')).toEqual([
    'credit-risk replica 1 ready (pid 11)',
    'credit-risk replica 1 restarting: it ended with exit code 1',
    'credit-risk replica 0 | hello',
    'credit-risk ready at http://127.0.0.1:8080  breast-cancer 1  sha256:abababababab',
    'credit-risk gRPC at 127.0.0.1:8081',
    'credit-risk metrics at http://127.0.0.1:9090/metrics',
    'credit-risk 12.3 requests/s   p50 1.23 ms   p99 57 ms   2 errors',
    '',
  ]);
  expect(out.text).not.toContain('\x1b');
});

test('a screen: the block is drawn over itself, and only when it changed', () => {
  const out = new Recorder();
  const progress = new ScreenProgress(out, false);
  progress.tick([status(0)]);
  const block = out.text;
  expect(block.split('\n')).toHaveLength(8);
  expect(block).toContain('  replica 1  restarting     restarts 3');
  progress.tick([status(0)]);
  expect(out.text).toBe(block);
  progress.event(failed);
  // Erased, the failure left to scroll away, then drawn anew without going back over it.
  expect(out.text.slice(block.length)).toBe(
    '\x1b[7A\x1b[0Jcredit-risk replica 1 restarting: it ended with exit code 1\n',
  );
  progress.tick([status(0)]);
  expect(out.text.endsWith(`code 1\n${block}`)).toBe(true);
});

test('a narrow screen: lines are cut, since a wrapped line could not be erased; colours take no column', () => {
  const out = new Recorder(20);
  new ScreenProgress(out, true).tick([status(0)]);
  const lines = out.text.split('\n');
  const seen = lines.map((line) => line.replace(new RegExp(`${'\x1b'}\\[\\d+m`, 'g'), ''));
  expect(Math.max(...seen.map((line) => line.length))).toBe(19);
  expect(out.text).toContain('\x1b[32mready\x1b[39m');
});

test('for programs: one JSON object a line', () => {
  const out = new Recorder();
  const progress = new JsonProgress(out);
  progress.event(failed);
  progress.started([status(0)]);
  progress.tick([status(3)]);
  progress.note('Draining');
  const lines = out.text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  expect(lines).toMatchObject([
    {
      type: 'replica',
      endpoint: 'credit-risk',
      replica: 1,
      state: 'restarting',
      failure: 'ended with exit code 1',
    },
    {
      type: 'ready',
      endpoint: 'credit-risk',
      url: 'http://127.0.0.1:8080',
      grpcAddress: '127.0.0.1:8081',
      managementUrl: 'http://127.0.0.1:9090',
    },
    { type: 'traffic', endpoint: 'credit-risk', requests: 3, errors: 2, p50Ms: 1.234 },
    { type: 'note', text: 'Draining' },
  ]);
});

describe('a rollout', () => {
  const gate = {
    gate: 'errors',
    metric: 'errors',
    value: 0.1,
    samples: 40,
    reason: '4 of 40 failed',
  } as const;
  const seen = { requests: 40, errors: 4, p50Ms: 1, p99Ms: 2 };
  const rollout: EndpointRollout = {
    ...{ model: 'risk', stable: '1', candidate: '2', step: 1, steps: 2, percent: 12.5, shadowPercent: 20 },
    ...{
      phase: 'running',
      cause: { actor: 'gate', reason: 'all gates pass' },
      verdict: 'hold',
      replicas: [],
    },
    gates: [{ ...gate, verdict: 'inconclusive' }],
    variants: { stable: seen, candidate: seen },
    agreement: { rows: 0, ratio: null, meanScoreDistance: null },
  };
  const event: LocalEvent = { type: 'rollout', endpoint: 'credit-risk', rollout };
  const state = 'risk 1 -> 2  running step 1 of 2  12.5 %, compares 20 %  verdict hold';

  test('is a line for each change, and its gates come with the traffic', () => {
    const out = new Recorder();
    const progress = new LineProgress(out);
    progress.event(event);
    progress.event({ ...event, rollout: { ...rollout, phase: 'rolled_back', cause: null, percent: 0 } });
    progress.tick([{ ...status(7), rollouts: [rollout] }]);
    expect(out.text.split('\n')).toEqual([
      `credit-risk rollout ${state}  (gate: all gates pass)`,
      'credit-risk rollout risk 1 -> 2  rolled back  0 %, compares 20 %  verdict hold',
      'credit-risk 12.3 requests/s   p50 1.23 ms   p99 57 ms   2 errors',
      `credit-risk rollout ${state}`,
      'credit-risk gate errors  inconclusive: 4 of 40 failed',
      '',
    ]);
  });

  test('stays on the screen, and is data for programs', () => {
    const screen = new Recorder(120);
    const onScreen = new ScreenProgress(screen, false);
    onScreen.event(event);
    onScreen.tick([{ ...status(7), rollouts: [rollout] }]);
    expect(screen.text).toContain(`credit-risk rollout ${state}  (gate: all gates pass)\n`);
    expect(screen.text).toContain(`  rollout ${state}\n    errors  inconclusive: 4 of 40 failed\n`);
    const json = new Recorder();
    const forPrograms = new JsonProgress(json);
    forPrograms.event(event);
    forPrograms.tick([{ ...status(7), rollouts: [rollout] }]);
    const [told, traffic] = json.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(told).toEqual({ type: 'rollout', endpoint: 'credit-risk', rollout });
    expect(traffic).toMatchObject({ type: 'traffic', rollouts: [{ percent: 12.5 }] });
  });
});
