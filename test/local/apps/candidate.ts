import { RootConstruct } from 'constructs';
import { Duration, Gate, ModelEndpoint, ModelSource, Rollout } from 'inferstack';
import { exampleModel } from '../../support/endpoint';
import { FakeTarget } from '../../support/fake-target';

/** From the linear model to the trees: they do not agree on one row in a hundred. */
new ModelEndpoint(new RootConstruct('CreditRisk'), 'Endpoint', {
  model: ModelSource.fromDirectory(exampleModel('breast-cancer', '1')),
  target: new FakeTarget(),
  rollout: Rollout.canary({
    percent: 20,
    bake: Duration.minutes(20),
    candidate: ModelSource.fromDirectory(process.env['TEST_CANDIDATE'] ?? exampleModel('breast-cancer', '2')),
    gates: [
      Gate.errors({ minSamples: 50 }),
      Gate.agreement({ min: Number(process.env['TEST_AGREEMENT'] ?? 0.8), minSamples: 100 }),
    ],
  }),
});
