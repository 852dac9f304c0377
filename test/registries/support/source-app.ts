/** An app whose model comes from where TEST_SOURCE says; it leaves the digest it was built with in TEST_OUTPUT. */
import { appendFileSync } from 'node:fs';
import { RootConstruct } from 'constructs';
import { ModelEndpoint, ModelSource } from 'inferstack';
import { FakeTarget } from '../../support/fake-target';

const [kind, address, options] = JSON.parse(process.env['TEST_SOURCE']!) as [string, string, object?];

const factories: Readonly<Record<string, () => ModelSource>> = {
  uri: () => ModelSource.fromUri(address),
  mlflow: () => ModelSource.fromMlflow(address, options),
  dvc: () => ModelSource.fromDvc(address, options),
  oci: () => ModelSource.fromOci(address),
  wandb: () => ModelSource.fromWandb(address, options),
};

const { plan } = new ModelEndpoint(new RootConstruct('CreditRisk'), 'Endpoint', {
  model: factories[kind]!(),
  target: new FakeTarget(),
});
appendFileSync(process.env['TEST_OUTPUT']!, `${plan.models[0].digest}\n`);
