import { LocalDeployment } from '../../lib/local/local-deployment';
import { runtime } from '../local/support/local-runtime';
import { infer } from '../local/support/rows';
import { endpointPlan, MODEL } from './plan';
import { targets } from './targets';

test.each(targets.map((target) => [target.title, target] as const))(
  'the configuration of %s starts the runtime, with nothing but its addresses replaced',
  async (_, target) => {
    const plan = endpointPlan(target.demands);
    const { runtimeConfig } = target.bind(plan);
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
