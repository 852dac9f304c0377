import type { Tensor } from '@inferstack/runtime/contract';
import { type BatchRules, BatchScheduler } from '../../runtime/src/inference/execution/batch-scheduler';
import { type Lane, LaneLostError, type RunDone } from '../../runtime/src/inference/execution/lane';
import { CallerGoneError } from '../../runtime/src/inference/executor';

const RULES: BatchRules = { hasBatch: true, hasVariableShape: false, maxBatchRows: 8, maxWaitMs: 0 };

/** A lane that doubles its input, when and how the test says. */
class ManualLane implements Lane {
  readonly runs: { values: number[]; finish: (error?: unknown) => void }[] = [];
  idle = true;
  closed = false;

  run([input]: readonly Tensor[], done: RunDone): void {
    this.idle = false;
    const values = [...(input!.data as Float32Array)];
    const finish = (error?: unknown): void => {
      this.idle = true;
      const outputs = [{ ...input!, data: Float32Array.from(values, (v) => 2 * v) }];
      done(error, error === undefined ? outputs : undefined);
    };
    this.runs.push({ values, finish });
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

const request = (...values: number[]): Tensor[] => [
  { name: 'x', dtype: 'FP32', shape: [values.length, 1], data: Float32Array.from(values) },
];
const turn = () => new Promise((resolve) => setImmediate(resolve));
const answer = async (outputs: Promise<Tensor[]>) => [...((await outputs)[0]!.data as Float32Array)];

function scheduler(lanes: Lane[], rules: Partial<BatchRules> = {}) {
  const runs: [number, number][] = [];
  const listener = { onRun: (rows: number, requests: number) => void runs.push([rows, requests]) };
  const engine = new BatchScheduler(lanes, { ...RULES, ...rules }, listener, () => new Error('lost'));
  return { engine, runs };
}

test('requests of one turn share a run, and each gets its own rows', async () => {
  const lane = new ManualLane();
  const { engine, runs } = scheduler([lane]);
  const answers = [engine.run(request(1)), engine.run(request(2, 3)), engine.run(request(4))];
  await turn();
  expect(lane.runs.map((run) => run.values)).toEqual([[1, 2, 3, 4]]);
  lane.runs[0]!.finish();
  expect(await Promise.all(answers.map(answer))).toEqual([[2], [4, 6], [8]]);
  expect(runs).toEqual([[4, 3]]);
});

test('the queue is shared among idle lanes, and grows into batches while all are busy', async () => {
  const lanes = [new ManualLane(), new ManualLane()];
  const { engine } = scheduler(lanes);
  const answers = [1, 2].map((v) => engine.run(request(v)));
  await turn();
  expect(lanes.map((lane) => lane.runs[0]!.values)).toEqual([[1], [2]]);
  answers.push(...[3, 4, 5].map((v) => engine.run(request(v))));
  await turn();
  lanes[1]!.runs[0]!.finish();
  await turn();
  expect(lanes[1]!.runs[1]!.values).toEqual([3, 4, 5]);
  lanes[0]!.runs[0]!.finish();
  lanes[1]!.runs[1]!.finish();
  expect(await Promise.all(answers.map(answer))).toEqual([[2], [4], [6], [8], [10]]);
});

test('no run is larger than the cap, but a request that is goes alone', async () => {
  const lane = new ManualLane();
  const { engine } = scheduler([lane], { maxBatchRows: 2 });
  const answers = [request(1), request(2), request(3, 4, 5), request(6)].map((inputs) => engine.run(inputs));
  for (let i = 0; i < 3; i++) {
    await turn();
    lane.runs[i]!.finish();
  }
  await Promise.all(answers);
  expect(lane.runs.map((run) => run.values)).toEqual([[1, 2], [3, 4, 5], [6]]);
});

test('requests of different shapes share no run', async () => {
  const lane = new ManualLane();
  const { engine } = scheduler([lane], { hasVariableShape: true });
  const wide: Tensor[] = [{ name: 'x', dtype: 'FP32', shape: [1, 2], data: Float32Array.of(8, 9) }];
  const answers = [engine.run(request(1)), engine.run(wide), engine.run(request(2))];
  for (let i = 0; i < 3; i++) {
    await turn();
    lane.runs[i]!.finish();
  }
  await Promise.all(answers);
  expect(lane.runs.map((run) => run.values)).toEqual([[1], [8, 9], [2]]);
});

test('a caller that has gone costs no run', async () => {
  const lane = new ManualLane();
  const { engine } = scheduler([lane]);
  const answers = [engine.run(request(1), { gone: true }), engine.run(request(2), { gone: false })];
  await expect(answers[0]).rejects.toThrow(CallerGoneError);
  await turn();
  expect(lane.runs[0]!.values).toEqual([2]);
  lane.runs[0]!.finish();
  expect(await answer(answers[1]!)).toEqual([4]);
});

test('a failing request fails alone', async () => {
  const lane = new ManualLane();
  const { engine } = scheduler([lane]);
  const answers = [1, 2, 3].map((v) => engine.run(request(v)));
  const settled = Promise.allSettled(answers);
  await turn();
  lane.runs[0]!.finish(new Error('joint run failed'));
  for (let i = 1; i <= 3; i++) {
    await turn();
    lane.runs[i]!.finish(lane.runs[i]!.values[0] === 2 ? new Error('bad row') : undefined);
  }
  expect((await settled).map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(lane.runs.map((run) => run.values)).toEqual([[1, 2, 3], [1], [2], [3]]);
});

test('a lost worker loses only the request that kills it twice', async () => {
  const lane = new ManualLane();
  const { engine } = scheduler([lane]);
  const settled = Promise.allSettled([1, 2, 3].map((v) => engine.run(request(v))));
  const poison = 2;
  for (let i = 0; i < 4; i++) {
    await turn();
    const run = lane.runs[i]!;
    run.finish(run.values.includes(poison) ? new LaneLostError('killed') : undefined);
  }
  const [first, second, third] = await settled;
  expect([first!.status, third!.status]).toEqual(['fulfilled', 'fulfilled']);
  expect(second).toEqual({ status: 'rejected', reason: new Error('lost') });
});

test('a run that had not begun when its worker was lost is not taken for the cause', async () => {
  const lane = new ManualLane();
  const { engine } = scheduler([lane]);
  const answered = engine.run(request(1));
  for (let i = 0; i < 3; i++) {
    await turn();
    lane.runs[i]!.finish(new LaneLostError('killed', false));
  }
  await turn();
  lane.runs[3]!.finish();
  expect(await answer(answered)).toEqual([2]);
});

test('where lanes take runs ahead, the one with fewer is chosen', async () => {
  const lanes = [new ManualLane(), new ManualLane()].map((lane) => Object.assign(lane, { taken: 0 }));
  lanes[0]!.taken = 1;
  const { engine } = scheduler(lanes);
  const answered = engine.run(request(1));
  await turn();
  expect(lanes.map(({ runs }) => runs.length)).toEqual([0, 1]);
  lanes[1]!.runs[0]!.finish();
  expect(await answer(answered)).toEqual([2]);
});

test('maxWaitMs holds a run that has room, and a full batch goes at once', async () => {
  const lane = new ManualLane();
  const { engine } = scheduler([lane], { maxWaitMs: 50, maxBatchRows: 2 });
  const first = engine.run(request(1));
  await turn();
  expect(lane.runs).toEqual([]);
  const second = engine.run(request(2));
  await turn();
  expect(lane.runs[0]!.values).toEqual([1, 2]);
  lane.runs[0]!.finish();
  await Promise.all([first, second]);
  const late = engine.run(request(3));
  while (lane.runs.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  lane.runs[1]!.finish();
  expect(await answer(late)).toEqual([6]);
});

test('closing lets everything finish that was accepted', async () => {
  const lane = new ManualLane();
  const { engine } = scheduler([lane], { maxBatchRows: 1 });
  const answers = [1, 2].map((v) => engine.run(request(v)));
  const closed = engine.close();
  await turn();
  lane.runs[0]!.finish();
  await turn();
  expect(lane.closed).toBe(false);
  lane.runs[1]!.finish();
  await closed;
  expect(lane.closed).toBe(true);
  expect(await Promise.all(answers.map(answer))).toEqual([[2], [4]]);
});
