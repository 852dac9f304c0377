import { RootConstruct } from 'constructs';
import { Duration, ModelEndpoint, ModelSource } from 'inferstack';
import { exampleModel } from '../../support/endpoint';
import { FakeTarget } from '../../support/fake-target';

new ModelEndpoint(new RootConstruct('CreditRisk'), 'Endpoint', {
  model: ModelSource.fromDirectory(exampleModel('breast-cancer', '1')),
  target: new FakeTarget(),
  scaling: { minReplicas: 2, maxReplicas: 2 },
  runtime: { grpc: true, drainDelay: Duration.seconds(0), requestTimeout: Duration.seconds(20) },
});
