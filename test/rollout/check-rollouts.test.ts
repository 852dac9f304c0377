import { parseRuntimeConfig } from '../../runtime/src/contract';
import type { RolloutConfig } from '../../runtime/src/contract/rollouts';
import { checkRollouts } from '../../runtime/src/rollout';
import { testConfig } from '../runtime/support/packages';
import { agreement, errors, figure, latency, rollout } from './support/gates';

const digest = `sha256:${'0'.repeat(64)}`;
const models = ['1', '2'].map((version) => ({ name: 'echo', version, uri: '/model', digest }));
const check = (...rollouts: RolloutConfig[]) =>
  checkRollouts({ limits: testConfig([]).limits, models, rollouts: { adminKeys: null, rollouts } }).map(
    ({ what, got }) => `${what}: ${got}`,
  );

test('a sound rollout, as JSON and by its rules', () => {
  const config = { ...testConfig([]), models, rollouts: { adminKeys: null, rollouts: [rollout()] } };
  expect(parseRuntimeConfig(JSON.stringify(config)).rollouts).toEqual(config.rollouts);
  expect(check(rollout())).toEqual([]);
});

test.each<[string, Partial<RolloutConfig>, string]>([
  ['same versions', { candidate: '1' }, 'stable and candidate are the same version: 1'],
  ['an unknown version', { candidate: '3' }, 'a version is not among the models: echo/3'],
  [
    'falling shares',
    { steps: [50, 20].map((percent) => ({ percent, shadowPercent: 0, holdMs: 1 })) },
    'the share of the candidate falls from a step to the next: 50, 20',
  ],
  [
    'nothing to compare',
    { gates: [errors, agreement] },
    'a gate compares answers, and no step does: agreement',
  ],
  [
    'a gate that can never fail',
    { gates: [{ ...errors, failAfter: { failed: 3, of: 2 } }] },
    'gate errors can never fail: 3 of 2',
  ],
  ['no bound', { gates: [{ ...figure, max: null }] }, 'gate orders can never fail: neither max nor min'],
  [
    'nobody to compare times with',
    { steps: [{ percent: 100, shadowPercent: 0, holdMs: 1 }], gates: [latency] },
    'a gate compares with stable, which answers nobody in any step: latency',
  ],
  ['crossed bounds', { gates: [{ ...figure, min: 6 }] }, 'gate orders can never pass: min 6, max 5'],
])('%s', (_, change, problem) => {
  expect(check(rollout(change))).toEqual([problem]);
});

test.each([
  'ftp://prometheus',
  'http://user:key@prometheus',
  'http://prometheus?tenant=1',
  'prometheus:9090',
])('a server of figures cannot be %s', (url) => {
  const rollouts = { adminKeys: null, rollouts: [rollout({ gates: [{ ...figure, url }] })] };
  const config = { ...testConfig([]), models, rollouts };
  expect(() => parseRuntimeConfig(JSON.stringify(config))).toThrow(/CONFIG_INVALID[\s\S]*without user/);
});

test('two rollouts of a model', () => {
  expect(check(rollout(), rollout())).toEqual(['the model has another rollout: echo']);
});

test('a rollout without a gate is refused by the schema: nothing could stop it', () => {
  const config = {
    ...testConfig([]),
    models,
    rollouts: { adminKeys: null, rollouts: [rollout({ gates: [] })] },
  };
  expect(() => parseRuntimeConfig(JSON.stringify(config))).toThrow(/CONFIG_INVALID[\s\S]*gates/);
});
