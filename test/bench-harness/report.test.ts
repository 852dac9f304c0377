import { Histogram } from '../../runtime/bench/load/histogram';
import { markdown } from '../../runtime/bench/report/markdown';
import { median, percentile, ratios } from '../../runtime/bench/report/statistics';
import { FULL } from '../../runtime/bench/run/durations';
import { interleaved } from '../../runtime/bench/run/interleave';
import type { ClosedTurn, ContenderResult, Results } from '../../runtime/bench/run/results';

const latency = (milliseconds: number, count: number) => {
  const histogram = new Histogram();
  for (let i = 0; i < count; i++) histogram.recordMs(milliseconds);
  return histogram.toCounts();
};

function closedTurn(requests: number, foreignCores = 0): ClosedTurn {
  const memory = { rssMiB: 80, pssMiB: 60 };
  const result = {
    requests,
    errors: 0,
    firstError: undefined,
    seconds: 2,
    latency: latency(1, requests),
    clientCpuSeconds: 1,
  };
  const usage = { seconds: 2, serverCpuSeconds: 1, foreignCores };
  const loads = FULL.concurrencies.map((concurrency) => ({ concurrency, result, usage }));
  return { firstReplyMs: 300, idleMemory: memory, loadedMemory: memory, loads };
}

function contender(id: string, closed: ClosedTurn[], failure?: string): ContenderResult {
  return { id, label: id, encoding: 'json', failure, closed, open: [], loop: [] };
}

function results(contenders: ContenderResult[]): Results {
  const machine = {
    cpu: 'Test CPU',
    cores: 2,
    memoryGiB: 8,
    kernel: 'Linux',
    node: 'v20',
    python: '3.11',
    onnxruntimeNode: '1',
    onnxruntimePython: '1',
    commit: 'abc',
  };
  const suite = {
    model: 'tiny/1',
    requestBytes: { json: 10, binary: 5 },
    layout: 'one-core' as const,
    shared: false,
    commonRate: {},
    contenders,
  };
  return {
    mode: 'full',
    machine,
    durations: FULL,
    startedAt: '2030-01-01T00:00',
    minutes: 1,
    suites: [suite],
  };
}

test('every contender has one turn a round, and another one begins', () => {
  expect(interleaved(['a', 'b', 'c'], 3)).toEqual(['a', 'b', 'c', 'b', 'c', 'a', 'c', 'a', 'b']);
  expect(interleaved([], 3)).toEqual([]);
});

test('median of odd, even and no values', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(median([])).toBeNaN();
});

test('ratios are taken round by round', () => {
  expect(ratios([200, 20, 400], [100, 10, 100])).toEqual({ median: 2, low: 2, high: 4 });
  expect(ratios([], [1])).toBeUndefined();
});

test('percentiles: median of rounds, else pooled, else nothing', () => {
  const rounds = [latency(1, 1000), latency(2, 1000), latency(90, 1000)];
  expect(percentile(rounds, 99)).toEqual({ milliseconds: expect.closeTo(2, 1), pooled: false });
  const few = [latency(1, 400), latency(2, 400), latency(90, 400)];
  expect(percentile(few, 99)).toEqual({ milliseconds: expect.closeTo(90, 0), pooled: true });
  expect(percentile(few, 99.9)).toBeUndefined();
});

test('the page: medians, ratio to the baseline with its spread, failures by name', () => {
  const page = markdown(
    results([
      contender('inferstack', [closedTurn(6000), closedTurn(9000), closedTurn(6000)]),
      contender('fastapi-tuned', [closedTurn(2000), closedTurn(2000), closedTurn(3000)]),
      contender('mlserver', [], 'does not install: no wheel'),
    ]),
  );
  expect(page).toContain('Test CPU');
  expect(page).toMatch(/\| inferstack \| 3000 \|.*\*\*3\.00\*\* \(2\.00–4\.50\)/);
  expect(page).toMatch(/\| fastapi-tuned \| 1000 \|.*\*\*1\.00\*\*/);
  expect(page).toContain('Not measured: mlserver: does not install: no wheel');
  expect(page).not.toContain('do not quote');
});

test('the page warns when other processes used the machine', () => {
  const page = markdown(results([contender('inferstack', [closedTurn(6000, 0.4)])]));
  expect(page).toContain('do not quote these figures');
});
