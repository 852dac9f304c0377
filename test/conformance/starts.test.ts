import { LocalDeployment } from '../../lib/local/local-deployment';
import { runtime } from '../local/support/local-runtime';
import { infer } from '../local/support/rows';
import { endpointPlan, MODEL } from './plan';
import { targets } from './targets';

/** Every runtime configuration there is, once: another suite shows that targets differ in addresses alone. */
const distinct = new Map(
  targets.map((target) => {
    const plan = endpointPlan(target.demands);
    const { runtimeConfig } = target.bind(plan);
    const models = runtimeConfig.models.map((model) => ({ ...model, uri: '' }));
    return [JSON.stringify({ ...runtimeConfig, models }), { target, plan, runtimeConfig }] as const;
  }),
);

test.each([...distinct.values()].map((entry) => [entry.target.title, entry] as const))(
  'the configuration of %s starts the runtime, with nothing but its addresses replaced',
  async (_, { target, plan, runtimeConfig }) => {
    const { name, path } = plan;
    const endpoint = {
      name,
      path,
      platform: target.platform,
      modelDirectory: MODEL,
      minReplicas: 1,
      runtimeConfig,
    };
    const deployment = new LocalDeployment([endpoint], { port: 0, replicas: 1, runtime });
    try {
      await deployment.start();
      const probabilities = await infer(deployment.endpoints[0]!.url);
      expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
    } finally {
      await deployment.stop();
    }
  },
);
