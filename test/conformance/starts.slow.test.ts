import type { EndpointPlan } from 'inferstack';
import { toAppEndpoint } from '../../lib/local/app-endpoint';
import { LocalDeployment } from '../../lib/local/local-deployment';
import type { LocalEndpoint } from '../../lib/local/local-endpoint';
import { expectGolden } from '../local/support/golden';
import { runtime } from '../local/support/local-runtime';
import { infer } from '../local/support/rows';
import type { ConformanceTarget } from './conformance-target';
import { fieldOutcomes } from './matrix';
import { endpointPlan, planWithTwoModels } from './plan';
import { targets } from './targets';

/** Every runtime configuration there is, once: another suite shows that targets differ in addresses alone. */
function distinct(
  planFor: (demands: ConformanceTarget['demands']) => EndpointPlan,
  among: readonly ConformanceTarget[] = targets,
) {
  const configurations = among.map((target) => {
    const plan = planFor(target.demands);
    const { runtimeConfig } = target.bind(plan);
    const models = runtimeConfig.models.map((model) => ({ ...model, uri: '' }));
    return [JSON.stringify({ ...runtimeConfig, models }), { target, plan, runtimeConfig }] as const;
  });
  return [...new Map(configurations).values()].map((entry) => [entry.target.title, entry] as const);
}

type Entry = ReturnType<typeof distinct>[number][1];

/** Starts what a target configured, on this machine. */
async function serving(
  { target, plan, runtimeConfig }: Entry,
  ask: (endpoint: LocalEndpoint) => Promise<void>,
) {
  const endpoint = toAppEndpoint({ platform: target.platform, plan, runtimeConfig });
  const deployment = new LocalDeployment([endpoint], { port: 0, replicas: 1, runtime });
  try {
    await deployment.start();
    await ask(deployment.endpoints[0]!);
  } finally {
    await deployment.stop();
  }
}

test.each(distinct(endpointPlan))(
  'the configuration of %s starts the runtime, with nothing but its addresses replaced',
  (_, entry) =>
    serving(entry, async ({ url }) => {
      const probabilities = await infer(url);
      expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
    }),
);

const several = targets.filter((target) => fieldOutcomes(target)['models'] !== 'unsupported');

test.each(distinct(planWithTwoModels, several))('with two models %s serves each under its name', (_, entry) =>
  serving(entry, async ({ url, models }) => {
    expect(models.map(({ name }) => name)).toEqual(['breast-cancer', 'digits']);
    for (const { name, version } of models) await expectGolden(url, name, version);
  }),
);
