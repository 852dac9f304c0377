import { parseRuntimeConfig } from '@inferstack/runtime/contract';
import { openModelPackage } from '@inferstack/runtime/model';
import type { SecretPlaces } from 'inferstack';
import { localRuntimeConfig } from '../../lib/local/local-config';
import type { ConformanceTarget } from '../conformance/conformance-target';
import { PLACES } from '../conformance/fields';
import { CANDIDATE, changed, endpointPlan, TRIAL } from '../conformance/plan';
import { targets } from '../conformance/targets';
import { problemsOf } from '../support/endpoint';

/** Managed endpoints for machine learning bring no secrets to their containers. */
const refusing = ['VertexEndpoint', 'SageMakerEndpoint', 'MachineLearningEndpoint'];
const titled = (wanted: (target: ConformanceTarget) => boolean) =>
  targets.filter(wanted).map((target) => [target.title, target] as const);
const bringing = titled(({ title }) => !refusing.includes(title));

const planWith = ({ demands }: ConformanceTarget, places: SecretPlaces) =>
  changed(endpointPlan(demands), {
    'models.1': openModelPackage(CANDIDATE),
    'runtime.rollouts': [TRIAL],
    'runtime.rolloutKeys': places,
  });

test.each(bringing)('%s brings the keys of administrators where the runtime looks for them', (_, target) => {
  const { runtimeConfig, platform } = target.bind(planWith(target, PLACES));
  const known = JSON.parse(JSON.stringify(runtimeConfig).replaceAll(/\$\{Token[^}]*\}/g, 'token'));
  const { adminKeys } = parseRuntimeConfig(JSON.stringify(known)).rollouts!;
  const place = 'env' in adminKeys! ? adminKeys.env : adminKeys!.file;
  expect(place).toMatch(/INFERSTACK_SECRET_ROLLOUT_KEYS|\/rollout-keys$/);
  // By name of the variable or the file, apart from the configuration that says where to look.
  expect(JSON.stringify(platform)).toMatch(/INFERSTACK_SECRET_ROLLOUT_KEYS|rollout-keys/);
  const local = localRuntimeConfig({
    ...{ name: 'cells', path: 'cells', platform: target.platform, minReplicas: 1 },
    ...{ runtimeConfig: known, modelDirectories: ['/models', '/candidate'] },
  });
  expect(local.rollouts!.adminKeys).toEqual({ env: 'INFERSTACK_SECRET_ROLLOUT_KEYS' });
});

test.each(bringing)('%s refuses keys that are on other platforms only', (_, target) => {
  const elsewhere = Object.fromEntries(
    Object.entries(PLACES).filter(([platform]) => platform !== target.platform),
  );
  expect(problemsOf(() => target.bind(planWith(target, elsewhere)))).toMatchObject([
    { code: 'TARGET_UNSUPPORTED', at: expect.stringMatching(/: rollout\.trial\.adminKeys$/) },
  ]);
});

test.each(titled(({ title }) => refusing.includes(title)))('%s says that it brings none', (_, target) => {
  const problems = problemsOf(() => target.bind(planWith(target, PLACES)));
  expect(problems.map(({ at }) => at.replace(/^[^:]*: /, ''))).toContain('rollout.trial.adminKeys');
});
