import { RootConstruct } from 'constructs';
import { ModelEndpoint, ModelSource, Rollout } from 'inferstack';
import { exampleModel } from '../../support/endpoint';
import { FakeTarget } from '../../support/fake-target';

/** The platform would move all requests at once. */
new ModelEndpoint(new RootConstruct('CreditRisk'), 'Endpoint', {
  model: ModelSource.fromDirectory(exampleModel('breast-cancer', '1')),
  target: new FakeTarget(),
  rollout: Rollout.blueGreen(),
});
