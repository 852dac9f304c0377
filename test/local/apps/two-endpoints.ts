import { RootConstruct } from 'constructs';
import { Duration, ModelEndpoint, ModelSource } from 'inferstack';
import { exampleModel } from '../../support/endpoint';
import { FakeTarget } from '../../support/fake-target';

const root = new RootConstruct('Hospital');
for (const [id, name] of [
  ['Cancer', 'breast-cancer'],
  ['Digits', 'digits'],
] as const) {
  new ModelEndpoint(root, id, {
    model: ModelSource.fromDirectory(exampleModel(name, '1')),
    target: new FakeTarget(),
    scaling: { minReplicas: 1 },
    runtime: { drainDelay: Duration.seconds(0) },
  });
}
