import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ModelSource } from 'inferstack';
import { exampleModel, fakeEndpoint, problemsOf } from '../support/endpoint';
import { temporaryFolder } from '../support/temporary-folder';

const source = (name: string, version = '1') => ModelSource.fromDirectory(exampleModel(name, version));

/** A package of the same name and version as an example, with another content. */
function changedCopy(name: string, change: (manifest: string) => string): ModelSource {
  const folder = temporaryFolder();
  cpSync(exampleModel(name, '1'), folder, { recursive: true });
  const manifest = path.join(folder, 'model.yaml');
  writeFileSync(manifest, change(readFileSync(manifest, 'utf8')));
  return ModelSource.fromDirectory(folder);
}

test('a list is served in its order, and the first is the main model', () => {
  const { plan, runtimeConfig } = fakeEndpoint({ model: [source('digits'), source('breast-cancer')] });
  expect(plan.models.map(({ manifest }) => manifest.name)).toEqual(['digits', 'breast-cancer']);
  expect(runtimeConfig.models).toEqual(
    plan.models.map(({ manifest, digest }) => {
      const { name, version } = manifest;
      return { name, version, uri: `/models/${name}`, digest };
    }),
  );
});

test('a list of one is the model alone', () => {
  expect(fakeEndpoint({ model: [source('digits')] }).plan).toEqual(
    fakeEndpoint({ model: source('digits') }).plan,
  );
});

test('a package that is named twice is delivered once', () => {
  const { plan } = fakeEndpoint({ model: [source('digits'), source('breast-cancer'), source('digits')] });
  expect(plan.models.map(({ manifest }) => manifest.name)).toEqual(['digits', 'breast-cancer']);
});

test('two versions of one model stand side by side', () => {
  const { plan } = fakeEndpoint({ model: [source('breast-cancer'), source('breast-cancer', '2')] });
  expect(plan.models.map(({ manifest }) => manifest.version)).toEqual(['1', '2']);
});

test('two packages of one name and version with different content are refused', () => {
  const other = changedCopy('digits', (manifest) => manifest.replace('Multi-layer', 'Another'));
  const [problem, ...others] = problemsOf(() => fakeEndpoint({ model: [source('digits'), other] }));
  expect(others).toEqual([]);
  expect(problem).toMatchObject({
    code: 'PLAN_MODELS',
    at: 'CreditRisk/Endpoint: model',
    what: 'two packages are digits version 1, with different content',
    got: expect.stringContaining(exampleModel('digits', '1')),
  });
});

test('an endpoint without a model is refused', () => {
  expect(problemsOf(() => fakeEndpoint({ model: [] }))).toMatchObject([{ code: 'PLAN_MODELS', got: '[]' }]);
});

test('what is wrong inside several packages is told at once', () => {
  const broken = ['digits', 'diabetes'].map((name) =>
    changedCopy(name, (manifest) => manifest.replace('kind: Model', 'kind: Other')),
  );
  const found = problemsOf(() => fakeEndpoint({ model: [...broken, source('breast-cancer')] }));
  expect(found.map(({ code }) => code)).toEqual(['MANIFEST_INVALID', 'MANIFEST_INVALID']);
});

test.each(['vertex', 'sagemaker', 'mlflow', 'azureml'] as const)(
  'the contract of %s, whose routes name no model, is refused for two',
  (contract) => {
    const runtime = { contracts: [contract] };
    const [problem] = problemsOf(() =>
      fakeEndpoint({ model: [source('digits'), source('breast-cancer')], runtime }),
    );
    expect(problem).toMatchObject({ code: 'PLAN_RUNTIME', allowed: 'one model, in any number of versions' });
    const versions = [source('breast-cancer'), source('breast-cancer', '2')];
    expect(fakeEndpoint({ model: versions, runtime }).plan.runtime.contracts).toEqual([contract]);
  },
);
