import { RootConstruct } from 'constructs';
import { Duration, ModelEndpoint, ModelSource } from 'inferstack';
import { exampleModel } from '../../support/endpoint';
import { FakeTarget } from '../../support/fake-target';

new ModelEndpoint(new RootConstruct('Hospital'), 'Both', {
  model: [exampleModel('breast-cancer', '1'), exampleModel('digits', '1')].map(ModelSource.fromDirectory),
  target: new FakeTarget(),
  scaling: { minReplicas: 1 },
  runtime: { drainDelay: Duration.seconds(0) },
});
