import { Histogram } from '../../runtime/bench/load/histogram';
import { type Goal, goals, isMet } from '../../runtime/bench/report/goals';
import { markdown } from '../../runtime/bench/report/markdown';
import { median, percentile, ratios } from '../../runtime/bench/report/statistics';
import { FULL } from '../../runtime/bench/run/durations';
import { interleaved } from '../../runtime/bench/run/interleave';
import type { ClosedTurn, ContenderResult, MemoryPart, SuitePart } from '../../runtime/bench/run/results';

const latency = (milliseconds: number, count: number) => {
  const histogram = new Histogram();
  for (let i = 0; i < count; i++) histogram.recordMs(milliseconds);
  return histogram.toCounts();
};

function closedTurn(requests: number, foreignCores = 0): ClosedTurn {
  const memory = { rssMiB: 80, pssMiB: 60, anonymousMiB: 50 };
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

const facts = {
  mode: 'standard' as const,
  machine: {
    cpu: 'Test CPU',
    cores: 2,
    memoryGiB: 8,
    kernel: 'Linux',
    node: 'v20',
    python: '3.11',
    onnxruntimeNode: '1',
    onnxruntimePython: '1',
    commit: 'abc',
    commitDate: '2030-01-01',
  },
  durations: FULL,
  startedAt: '2030-01-02T00:00',
  minutes: 1,
};

function results(contenders: ContenderResult[], model = 'tiny/1'): SuitePart[] {
  const suite = {
    model,
    requestBytes: { json: 10, binary: 5, grpc: 4 },
    layout: 'one-core' as const,
    shared: false,
    commonRate: {},
    contenders,
  };
  return [{ ...facts, suite }];
}

function memoryPart(...pssMiB: number[]): MemoryPart {
  const row = (id: string, pss: number, versions: number, processes: number) => ({
    id,
    label: id,
    versions,
    processes,
    samples: [{ rssMiB: pss, pssMiB: pss, anonymousMiB: 1 }],
  });
  const own = pssMiB.map((pss, i) => row('inferstack', pss, i + 1, 1));
  const peers = [row('fastapi-tuned', 200, 1, 1), row('fastapi-tuned', 350, 1, 2)];
  return { ...facts, memory: { model: 'bert/1', modelBytes: 90e6, rows: [...own, ...peers] } };
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

test('parts of several machines and commits: each is named', () => {
  const [first] = results([contender('inferstack', [closedTurn(6000)])]);
  const other = { ...first!, machine: { ...first!.machine, cpu: 'Other CPU', commit: 'def' } };
  const page = markdown([first!, { ...other, suite: { ...other.suite, model: 'other/1' } }]);
  expect(page).toContain('| CPU | Test CPU | Other CPU |');
  expect(page).toMatch(/\| tiny\/1, one-core \|.*\| abc, 2030-01-01 \|.*\| 1 \|/);
  expect(page).toMatch(/\| other\/1, one-core \|.*\| def, 2030-01-01 \|.*\| 2 \|/);
});

test('memory: what a replica takes, and each version or process more', () => {
  const page = markdown([memoryPart(150, 162, 178)]);
  expect(page).toContain('inferstack: 150 MiB a replica, 14.0 MiB each version more.');
  expect(page).toContain('200 MiB a process, 150 MiB each process more.');
  expect(goalOf([memoryPart(150, 162, 178)], 'memory')).toMatchObject({ figure: { median: 14 } });
});

test('goals: met and missed at their limits, the best peer by its requests', () => {
  const parts = results(
    [
      contender('inferstack', [closedTurn(9000), closedTurn(9000)]),
      contender('node-echo', [closedTurn(10_000), closedTurn(10_000)]),
      contender('fastapi-idiomatic', [closedTurn(500), closedTurn(500)]),
      contender('fastapi-tuned', [closedTurn(2000), closedTurn(4000)]),
      contender('mlserver', [closedTurn(100), closedTurn(100)]),
    ],
    'breast-cancer/2',
  );
  const echo = goalOf(parts, 'HTTP alone');
  expect(echo.figure!.median).toBeCloseTo(0.9);
  expect(isMet(echo)).toBe(true);
  const idiomatic = goalOf(parts, 'plain FastAPI');
  expect(idiomatic.figure!.median).toBe(18);
  expect(isMet(idiomatic)).toBe(false);
  const best = goalOf(parts, 'best Python peer');
  expect(best).toMatchObject({ compared: 'inferstack / fastapi-tuned', figure: { low: 2.25, high: 4.5 } });
  const cold = goalOf(parts, 'start to first prediction');
  expect([cold.figure!.median, isMet(cold)]).toEqual([0.3, true]);
  expect(markdown(parts)).toMatch(
    /plain FastAPI \| breast-cancer\/2 \|.*≥ 20 \| \*\*18\.0\*\* \| \*\*missed\*\* \|/,
  );
});

test('goals: beside the engine, one row at a time', () => {
  const loop = [{ batches: [{ batch: 1, runs: 3000, seconds: 2 }] }];
  const engine = { ...contender('ort-node', []), encoding: undefined, loop };
  const parts = results([engine, contender('inferstack', [closedTurn(2940)])], 'bert/1');
  const goal = goalOf(parts, 'engine alone', 'bert/1');
  expect(goal.figure!.median).toBeCloseTo(0.98);
  expect(isMet(goal)).toBe(true);
});

test('goals: the tail at 70 % of its own, unless the queue only grew', () => {
  const open = (p50: number, p99: number) => {
    const merged = Histogram.merged([
      Histogram.fromCounts(latency(p50, 4900)),
      Histogram.fromCounts(latency(p99, 100)),
    ]);
    const result = { ...closedTurn(1).loads[0]!.result, latency: merged.toCounts() };
    const loads = FULL.openShares.map((share) => ({
      result: { ...result, offeredPerSecond: share * 100, unfinished: 0, clientLagP99Ms: 0 },
      usage: closedTurn(1).loads[0]!.usage,
    }));
    return [{ ...contender('inferstack', [closedTurn(6000)]), open: [{ loads }] }];
  };
  const tail = (p50: number, p99: number) => goalOf(results(open(p50, p99), 'breast-cancer/2'), 'p99 / p50');
  expect(tail(0.5, 0.75).figure!.median).toBeCloseTo(1.5, 1);
  expect(isMet(tail(0.5, 1.5))).toBe(false);
  expect(tail(50, 60).figure).toBeUndefined();
});

test('goals that were not measured are neither met nor missed', () => {
  const all = goals([]);
  expect(all.length).toBeGreaterThan(10);
  expect(all.map(isMet)).toEqual(all.map(() => undefined));
});

/** The goal whose name holds the words, of the model the parts are about. */
function goalOf(parts: Parameters<typeof goals>[0], words: string, model?: string): Goal {
  const found = goals(parts).filter(
    (goal) => goal.what.includes(words) && (model === undefined || goal.model === model) && goal.figure,
  );
  return found[0] ?? goals(parts).find((goal) => goal.what.includes(words))!;
}
