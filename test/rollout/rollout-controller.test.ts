import { Duration, ModelSource, Rollout } from 'inferstack';
import type { RolloutConfig } from '../../runtime/src/contract/rollouts';
import { RolloutController, type RolloutEvent } from '../../runtime/src/rollout/rollout-controller';
import { rolloutStatus } from '../../runtime/src/rollout/rollout-status';
import { exampleModel, fakeEndpoint } from '../support/endpoint';
import { rollout } from './support/gates';

function start(change: Partial<RolloutConfig> = {}) {
  let now = 0;
  const events: RolloutEvent[] = [];
  const controller = new RolloutController(rollout(change), {
    now: () => now,
    onEvent: (e) => events.push(e),
  });
  controller.start();
  const pass = (ms: number, requests = 0, failed = 0) => {
    now += ms;
    for (let i = 0; i < requests; i++) controller.observations.add('candidate', 1, i < failed);
    controller.evaluate();
  };
  return { controller, events, pass };
}

test('a good candidate goes through its steps and takes over', () => {
  const { controller, events, pass } = start();
  expect(controller.percent).toBe(20);
  pass(1000, 40);
  expect(controller.percent).toBe(50);
  pass(1000, 40);
  expect(controller).toMatchObject({ phase: 'promoted', percent: 100, shadowPercent: 0 });
  expect(events.map(({ action, percent }) => `${action} ${percent}`)).toEqual([
    'start 20',
    'advance 50',
    'promote 100',
  ]);
});

test('blue-green: stable answers nobody, and the candidate takes over all the same', () => {
  const { runtimeConfig } = fakeEndpoint({
    rollout: Rollout.blueGreen({
      candidate: ModelSource.fromDirectory(exampleModel('breast-cancer', '2')),
      bake: Duration.minutes(10),
    }),
  });
  const { controller, pass } = start(runtimeConfig.rollouts!.rollouts[0]!);
  for (let i = 0; i < 10; i++) pass(60_000, 1000);
  expect(controller).toMatchObject({ phase: 'promoted', percent: 100 });
});

test('what it waits for is told anew while it is held, and no verdict is left when it was stopped', () => {
  const { controller, events, pass } = start({ promotion: 'manual', steps: rollout().steps.slice(0, 1) });
  pass(1000, 5);
  expect(controller.cause!.reason).toContain('inconclusive');
  pass(1000, 40);
  expect(controller.cause!.reason).toBe('all gates pass; waiting to be promoted');
  expect(events.filter(({ action }) => action === 'hold')).toHaveLength(1);
  controller.stop('ada', 'another one comes');
  expect(rolloutStatus(controller)).toMatchObject({ phase: 'stopped', verdict: 'hold' });
});

test('before the candidate is loaded it gets nothing, and gates are not looked at', () => {
  const controller = new RolloutController(rollout(), { now: () => 0, onEvent: () => undefined });
  controller.evaluate();
  expect(controller).toMatchObject({ phase: 'waiting', percent: 0, shadowPercent: 0 });
});

test('a step is not left before its time', () => {
  const { controller, pass } = start();
  pass(999, 40);
  expect(controller).toMatchObject({ phase: 'running', percent: 20 });
});

test('a failed gate ends it at once, in the middle of a step', () => {
  const { controller, events, pass } = start();
  pass(10, 20, 5);
  expect(controller).toMatchObject({ phase: 'rolled_back', percent: 0 });
  expect(events.at(-1)).toMatchObject({ action: 'rollback', actor: 'gate' });
  expect(events.at(-1)!.reason).toContain('5 of 20 requests failed');
  pass(5000, 100);
  expect(controller.phase).toBe('rolled_back');
});

test('too few samples hold a step for as long as it takes, and are told once', () => {
  const { controller, events, pass } = start();
  pass(1000, 5);
  pass(5000, 5);
  expect(controller).toMatchObject({ phase: 'held', percent: 20 });
  expect(events.filter(({ action }) => action === 'hold')).toHaveLength(1);
  pass(100, 40);
  expect(controller).toMatchObject({ phase: 'running', percent: 50 });
});

test('or end it, where that is wanted', () => {
  const { controller, pass } = start({ onInconclusive: 'rollback' });
  pass(1000, 5);
  expect(controller.phase).toBe('rolled_back');
});

test('promotion by hand: all gates pass, and it waits', () => {
  const { controller, events, pass } = start({ promotion: 'manual' });
  pass(1000, 40);
  pass(1000, 40);
  expect(controller).toMatchObject({ phase: 'held', percent: 50 });
  expect(events.at(-1)!.reason).toBe('all gates pass; waiting to be promoted');
  controller.promote('ada', 'looks good');
  expect(controller).toMatchObject({ phase: 'promoted', percent: 100 });
});

test('what was promoted can be rolled back at once; what was rolled back stays', () => {
  const { controller } = start();
  controller.promote('ada', '');
  controller.rollback('ada', 'complaints');
  expect(controller).toMatchObject({ phase: 'rolled_back', percent: 0 });
  controller.promote('ada', '');
  controller.stop('ada', '');
  expect(controller.phase).toBe('rolled_back');
});
