import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { RootConstruct } from 'constructs';
import { ModelEndpoint, ModelSource } from 'inferstack';
import { FakeTarget } from '../../support/fake-target';

const directory = process.env['TEST_MODEL']!;

new ModelEndpoint(new RootConstruct('CreditRisk'), 'Endpoint', {
  model: ModelSource.fromDirectory(directory),
  target: new FakeTarget(),
});
// Someone edits the package between synthesis and start.
appendFileSync(path.join(directory, 'model.yaml'), '# changed\n');
