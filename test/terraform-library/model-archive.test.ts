import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openModelPackage } from '@inferstack/runtime/model';
import { App, LocalBackend, TerraformOutput, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { modelArchive } from '../../lib/terraform';
import { loadModelPackage } from '../../runtime/src/loading';
import { exampleModel } from '../support/endpoint';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'inferstack-test-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

const model = openModelPackage(exampleModel('breast-cancer', '1'));

function stackIn(outdir: string): { app: App; stack: TerraformStack } {
  const app = new App({ outdir });
  const stack = new TerraformStack(app, 'Stack');
  new LocalBackend(stack, { path: 'terraform.tfstate' });
  return { app, stack };
}

test('the archive lies beside the stack, and the runtime loads it as the package that was deployed', async () => {
  const { app, stack } = stackIn(directory);
  const file = modelArchive(stack, model);
  new TerraformOutput(stack, 'out', { value: file });
  app.synth();
  const archive = path.join(directory, 'stacks/Stack', file);
  const loaded = await loadModelPackage(
    { uri: archive, digest: model.digest },
    path.join(directory, 'cache'),
  );
  expect(loaded.digest).toBe(model.digest);
  expect(loaded.manifest).toEqual(model.manifest);
});

test('the path is relative and follows from the digest: the same on every machine', () => {
  const paths = ['a', 'b'].map((name) => modelArchive(stackIn(path.join(directory, name)).stack, model));
  expect(paths[0]).toBe(paths[1]);
  expect(path.isAbsolute(paths[0]!)).toBe(false);
  expect(paths[0]).toContain(model.digest.slice('sha256:'.length));
});

test('endpoints of one stack share it, and what an earlier synthesis left is gone', () => {
  const digits = openModelPackage(exampleModel('digits', '1'));
  const earlier = modelArchive(stackIn(directory).stack, digits);
  const { app, stack } = stackIn(directory);
  const files = ['One', 'Two'].map((id) => modelArchive(new Construct(stack, id), model));
  app.synth();
  const [one, two] = files.map((file) => path.join(directory, 'stacks/Stack', file));
  expect(one).toBe(two);
  expect(existsSync(one!)).toBe(true);
  expect(existsSync(path.join(directory, 'stacks/Stack', earlier))).toBe(false);
});
