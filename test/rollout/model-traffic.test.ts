import type { RolloutConfig } from '../../runtime/src/contract/rollouts';
import { RequestError } from '../../runtime/src/errors';
import type { Caller } from '../../runtime/src/inference';
import type { Answer } from '../../runtime/src/rollout/agreement';
import { ModelTraffic, type Work } from '../../runtime/src/rollout/model-traffic';
import { RolloutController } from '../../runtime/src/rollout/rollout-controller';
import { until } from '../runtime/support/wait';
import { rollout } from './support/gates';

const counts = { ok: 0, failed: 0, fallbacks: 0, dropped: 0 };
const series = {
  request: (_: unknown, failed: boolean) => void counts[failed ? 'failed' : 'ok']++,
  fallback: () => void counts.fallbacks++,
  shadowDropped: () => void counts.dropped++,
};

beforeEach(() => Object.assign(counts, { ok: 0, failed: 0, fallbacks: 0, dropped: 0 }));

/** A version as far as traffic sees it: an instance with its number. */
function open(change: Partial<RolloutConfig>) {
  const controller = new RolloutController(rollout(change), { now: () => 0, onEvent: () => undefined });
  controller.start();
  const use = <T>(version: string, work: (instance: never) => Promise<T>) => work({ version } as never);
  return { controller, traffic: new ModelTraffic(controller, use, series) };
}

const answer = (version: string, label = 'yes'): Answer =>
  ({ instance: { version }, predictions: [{ label, score: 0.5, scores: {}, decision: label }] }) as never;

/** Answers with its own version; `byCandidate` does what the candidate does instead. */
const work =
  (byCandidate: (caller: Caller | undefined) => Promise<Answer> = async () => answer('2')): Work<Answer> =>
  (instance, caller) =>
    instance.version === '2' ? byCandidate(caller) : Promise.resolve(answer('1'));

const always = { steps: [{ percent: 100, shadowPercent: 0, holdMs: 1e9 }] };
const shadow = { steps: [{ percent: 0, shadowPercent: 100, holdMs: 1e9 }] };
const versionOf = (given: Answer) => given.instance.version;

test('the candidate gets its share and no more', async () => {
  const { traffic } = open({});
  const versions = [];
  for (let i = 0; i < 200; i++) versions.push(versionOf(await traffic.serve(undefined, work())));
  expect(versions.filter((version) => version === '2')).toHaveLength(40);
});

test('callers with the same value of the sticky header stay with a version', async () => {
  const { traffic } = open({ stickyHeader: 'x-user' });
  const seen = new Map<string, Set<string>>();
  for (let i = 0; i < 300; i++) {
    const user = `user-${i % 30}`;
    const caller: Caller = { gone: false, header: (name) => (name === 'x-user' ? user : undefined) };
    const version = versionOf(await traffic.serve(caller, work()));
    expect(caller.version).toBe(version);
    seen.set(user, (seen.get(user) ?? new Set()).add(version));
  }
  expect([...seen.values()].every((versions) => versions.size === 1)).toBe(true);
  expect(new Set([...seen.values()].flatMap((versions) => [...versions]))).toEqual(new Set(['1', '2']));
});

test.each([
  ['fails', () => Promise.reject(new RequestError('INFERENCE_FAILED', 'no'))],
  ['throws what nobody expected', () => Promise.reject(new Error('oops'))],
  ['has its worker lost', () => Promise.reject(new RequestError('MODEL_NOT_READY', 'gone'))],
  ['refuses what stable takes', () => Promise.reject(new RequestError('INPUT_INVALID', 'not to my taste'))],
  ['takes too long', () => new Promise<Answer>(() => undefined)],
  [
    'computes NaN',
    async () =>
      ({
        instance: { version: '2' },
        outputs: [{ name: 'y', dtype: 'FP32', shape: [1], data: Float32Array.of(NaN) }],
      }) as never,
  ],
])('a candidate that %s loses no request', async (_, byCandidate) => {
  const { traffic, controller } = open({ ...always, fallbackMs: 20 });
  const caller: Caller = { gone: false };
  expect(versionOf(await traffic.serve(caller, work(byCandidate)))).toBe('1');
  expect(caller.version).toBe('1');
  expect(controller.observations.total.candidate).toMatchObject({ requests: 1, errors: 1 });
  expect(controller.observations.total.stable).toMatchObject({ requests: 1, errors: 0 });
  expect(counts).toMatchObject({ failed: 1, ok: 1, fallbacks: 1 });
});

test('a candidate that had its time is told to stop', async () => {
  const { traffic } = open({ ...always, fallbackMs: 20 });
  let attempt: Caller | undefined;
  const slow = (caller: Caller | undefined) => {
    attempt = caller;
    return new Promise<Answer>(() => undefined);
  };
  await traffic.serve({ gone: false }, work(slow));
  expect(attempt!.gone).toBe(true);
});

test('what both versions refuse is the fault of the caller', async () => {
  const { traffic, controller } = open(always);
  const refused = new RequestError('INPUT_INVALID', 'bad');
  await expect(traffic.serve(undefined, () => Promise.reject(refused))).rejects.toBe(refused);
  const { candidate, stable } = controller.observations.total;
  expect([candidate.errors, stable.errors, counts.fallbacks]).toEqual([0, 0, 0]);
});

test('a caller who has left is nobody’s error and is not answered again', async () => {
  const { traffic, controller } = open(always);
  const left = new RequestError('REQUEST_CANCELLED', 'left');
  await expect(
    traffic.serve(
      undefined,
      work(() => Promise.reject(left)),
    ),
  ).rejects.toBe(left);
  expect(controller.observations.total.candidate.requests).toBe(0);
});

describe('shadow', () => {
  test('pairs answers without delaying one', async () => {
    const { traffic, controller } = open(shadow);
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = work(async () => {
      await held;
      return answer('2', 'no');
    });
    for (let i = 0; i < 5; i++) expect(versionOf(await traffic.serve(undefined, slow))).toBe('1');
    expect(controller.observations.agreement.rows).toBe(0);
    release();
    await until(() => controller.observations.agreement.rows === 5);
    expect(controller.observations.agreement).toMatchObject({ agreed: 0, ratio: 0 });
  });

  test('drops and counts what the candidate cannot keep up with', async () => {
    const { traffic } = open({ ...shadow, shadowQueue: 3, fallbackMs: 20 });
    for (let i = 0; i < 10; i++)
      await traffic.serve(
        undefined,
        work(() => new Promise(() => undefined)),
      );
    expect(counts.dropped).toBeGreaterThanOrEqual(6);
  });

  test('a failing candidate counts as such, and compares nothing', async () => {
    const { traffic, controller } = open(shadow);
    await traffic.serve(
      undefined,
      work(() => Promise.reject(new Error('oops'))),
    );
    await until(() => controller.observations.total.candidate.errors === 1);
    expect(controller.observations.agreement.rows).toBe(0);
  });

  test('what the candidate answered is compared with stable', async () => {
    const { traffic, controller } = open({ steps: [{ percent: 100, shadowPercent: 100, holdMs: 1e9 }] });
    await traffic.serve(undefined, work());
    await until(() => controller.observations.agreement.rows === 1);
    expect(controller.observations.agreement.ratio).toBe(1);
  });

  test('stops when the rollout has ended', async () => {
    const { traffic, controller } = open(shadow);
    const called: string[] = [];
    const noted = work(async () => {
      called.push('candidate');
      return answer('2');
    });
    await traffic.serve(undefined, noted);
    controller.rollback('ada', 'enough');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(called).toEqual([]);
    expect(traffic.version).toBe('1');
  });
});
