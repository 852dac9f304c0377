import { RootConstruct } from 'constructs';
import { Duration, ModelEndpoint, ModelSource } from 'inferstack';
import { exampleModel } from '../../support/endpoint';
import { FakeTarget } from '../../support/fake-target';

new ModelEndpoint(new RootConstruct('CreditRisk'), 'Endpoint', {
  model: ModelSource.fromDirectory(process.env['TEST_MODEL'] ?? exampleModel('breast-cancer', '1')),
  target: new FakeTarget(),
  scaling: { minReplicas: 2, maxReplicas: 3 },
  runtime: { drainDelay: Duration.seconds(0), requestTimeout: Duration.seconds(20), maxInFlight: 77 },
});
