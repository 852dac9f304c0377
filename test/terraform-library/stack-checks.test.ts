import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { App as AwsApp, Stack } from 'aws-cdk-lib';
import { App, GcsBackend, LocalBackend, TerraformStack, TerraformVariable, Testing } from 'cdktf';
import { Construct } from 'constructs';
import { ProblemError } from 'inferstack';
import { requireDurableState, requireProvider, requireStack, resolvedText } from '../../lib/terraform';

const outdir = mkdtempSync(path.join(tmpdir(), 'inferstack-test-'));
afterAll(() => rmSync(outdir, { recursive: true }));

const stack = () => new TerraformStack(new App({ outdir }), 'Stack');
const problems = (of: TerraformStack) => of.node.validate();

describe('requireStack', () => {
  test('finds the stack above', () => {
    const outer = stack();
    expect(requireStack(new Construct(outer, 'Deep'), 'path', 'Target')).toBe(outer);
  });

  test('refuses the stack of another tool, naming the target', () => {
    const other = new Stack(new AwsApp(), 'Stack');
    const find = () => requireStack(other, 'Stack/Endpoint', 'CloudRunEndpoint');
    expect(find).toThrow(ProblemError);
    expect(find).toThrow(/TARGET_SCOPE.*CloudRunEndpoint.*TerraformStack/s);
  });
});

describe('requireProvider', () => {
  test('tells once what is missing, with the line that adds it', () => {
    const found = stack();
    requireProvider(found, 'google', 'Add the line.');
    requireProvider(found, 'google', 'Add the line.');
    requireProvider(found, 'azurerm', 'Add the other.');
    expect(problems(found)).toEqual([
      expect.stringMatching(/TERRAFORM_PROVIDER.*'google'.*Add the line\./s),
      expect.stringMatching(/TERRAFORM_PROVIDER.*'azurerm'.*Add the other\./s),
    ]);
    expect(() => Testing.synth(found, true)).toThrow(/TERRAFORM_PROVIDER/);
  });

  test('is content with one that is added later', () => {
    const found = stack();
    requireProvider(found, 'google', '');
    new GoogleProvider(found, 'Google', {});
    expect(problems(found)).toEqual([]);
  });
});

describe('requireDurableState', () => {
  test.each([
    ['no backend', () => {}, false],
    ['an absolute path', (on: TerraformStack) => new LocalBackend(on, { path: '/tmp/state' }), false],
    ['a local backend without path', (on: TerraformStack) => new LocalBackend(on), false],
    ['a relative path', (on: TerraformStack) => new LocalBackend(on, { path: 'terraform.tfstate' }), true],
    ['a remote backend', (on: TerraformStack) => new GcsBackend(on, { bucket: 'b' }), true],
  ])('%s', (_, add, durable) => {
    const found = stack();
    requireDurableState(found);
    requireDurableState(found);
    add(found);
    expect(problems(found)).toEqual(
      durable ? [] : [expect.stringMatching(/TERRAFORM_BACKEND.*Backend\(stack/s)],
    );
  });
});

test('resolvedText is the same in every synthesis', () => {
  const texts = [0, 3].map((others) => {
    const found = stack();
    for (let i = 0; i < others; i++) new TerraformVariable(found, `other${i}`, {}).stringValue;
    return resolvedText(found, `user:${new TerraformVariable(found, 'v', {}).stringValue}`);
  });
  expect(texts).toEqual(['user:${var.v}', 'user:${var.v}']);
});
