import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { type EndpointPlan, RuntimeImage } from 'inferstack';
import { FargateEndpoint } from 'inferstack/aws';
import { problemsOf } from '../support/endpoint';
import { temporaryFolder } from '../support/temporary-folder';
import { container, endpointIn, fargate, flat, newStack, only, PINNED } from './support';

const DIGEST = `sha256:${'c'.repeat(64)}`;
const ECR = '111122223333.dkr.ecr.eu-central-1.amazonaws.com/team/runtime';

describe('from a registry', () => {
  test('is used as it is written', () => {
    expect(container(fargate().template).Image).toBe(PINNED);
  });

  test('warns when a tag could be moved', () => {
    const { stack, vpc } = newStack();
    endpointIn(
      stack,
      { vpc },
      { runtime: { image: RuntimeImage.fromRegistry('registry.example.com/runtime:1.2.3') } },
    );
    Annotations.fromStack(stack).hasWarning(
      '/CreditRisk/Endpoint',
      Match.stringLikeRegexp('runtime:1.2.3 is not pinned by digest.*inferstack/aws:imageNotPinned'),
    );
  });

  test('may need credentials, which ECS alone may read', () => {
    const { template } = fargate({}, (stack) => ({ registryCredentials: new Secret(stack, 'Registry') }));
    expect(flat(container(template).RepositoryCredentials.CredentialsParameter)).toMatch(/^<Registry/);
    const actions = only(template, 'AWS::IAM::Policy', 'ExecutionRole').PolicyDocument.Statement.map(
      (statement: { Action: unknown }) => statement.Action,
    );
    expect(actions.flat()).toContain('secretsmanager:GetSecretValue');
    expect(flat(only(template, 'AWS::IAM::Policy', 'ReadModels'))).not.toContain('secretsmanager');
  });
});

describe('from ECR', () => {
  test.each([
    ['by digest', `${ECR}@${DIGEST}`, `@${DIGEST}`],
    ['by tag', `${ECR}:1.2.3`, ':1.2.3'],
  ])('%s: pulling is granted on that repository alone', (_name, reference, version) => {
    const { template } = fargate({ runtime: { image: RuntimeImage.fromRegistry(reference) } });
    expect(flat(container(template).Image)).toBe(
      `111122223333.dkr.ecr.eu-central-1.<AWS::URLSuffix>/team/runtime${version}`,
    );
    const statements = only(template, 'AWS::IAM::Policy', 'ExecutionRole').PolicyDocument.Statement;
    const pull = statements.find((s: { Action: string[] }) => s.Action.includes('ecr:BatchGetImage'));
    expect(pull.Resource).toBe('arn:aws:ecr:eu-central-1:111122223333:repository/team/runtime');
    const wildcards = statements.filter((s: { Resource: unknown }) => s.Resource === '*');
    expect(wildcards.map((s: { Action: unknown }) => s.Action)).toEqual(['ecr:GetAuthorizationToken']);
  });

  test.each([
    ['China', 'cn-north-1.amazonaws.com.cn', 'arn:aws-cn:ecr:cn-north-1:'],
    ['GovCloud', 'us-gov-west-1.amazonaws.com', 'arn:aws-us-gov:ecr:us-gov-west-1:'],
  ])('%s has its own partition', (_name, host, arn) => {
    const reference = `111122223333.dkr.ecr.${host}/runtime@${DIGEST}`;
    const { template } = fargate({ runtime: { image: RuntimeImage.fromRegistry(reference) } });
    expect(flat(only(template, 'AWS::IAM::Policy', 'ExecutionRole'))).toContain(arn);
  });
});

describe('from source', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'runtime-'));
    mkdirSync(path.join(directory, 'dist', 'model'), { recursive: true });
    for (const file of [
      'Dockerfile',
      'package.json',
      'npm-shrinkwrap.json',
      'dist/main.js',
      'dist/model/index.js',
    ]) {
      writeFileSync(path.join(directory, file), file);
    }
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const plan = (() => {
    const { stack, vpc } = newStack();
    return endpointIn(stack, { vpc }).plan;
  })();
  const build = (architecture: EndpointPlan['resources']['architecture'] = 'x86_64', from = directory) => {
    // What is staged into one folder is not staged again.
    const { stack, vpc } = newStack({}, { outdir: temporaryFolder() });
    new FargateEndpoint({ vpc }).bind(new Construct(stack, 'Endpoint'), {
      ...plan,
      resources: { ...plan.resources, architecture },
      runtime: { ...plan.runtime, image: { kind: 'source', directory: from } },
    });
    return Template.fromStack(stack);
  };
  const tag = (template: Template) => /:([0-9a-f]{64})$/.exec(flat(container(template).Image))![1]!;

  test('is an asset the task may pull', () => {
    const template = build();
    expect(flat(container(template).Image)).toMatch(/\.dkr\.ecr\..*:[0-9a-f]{64}$/);
    expect(flat(only(template, 'AWS::IAM::Policy', 'ExecutionRole'))).toContain('ecr:BatchGetImage');
  });

  test('changes with its sources and its processor, and with nothing else', () => {
    const first = tag(build());
    writeFileSync(path.join(directory, 'README.md'), 'changed');
    writeFileSync(path.join(directory, 'dist', 'main.d.ts'), 'changed');
    mkdirSync(path.join(directory, 'node_modules', 'left-over'), { recursive: true });
    writeFileSync(path.join(directory, 'node_modules', 'left-over', 'index.js'), 'changed');
    mkdirSync(path.join(directory, 'src'));
    writeFileSync(path.join(directory, 'src', 'main.ts'), 'changed');
    expect(tag(build())).toBe(first);
    expect(tag(build('arm64'))).not.toBe(first);
    writeFileSync(path.join(directory, 'dist', 'model', 'index.js'), 'changed');
    expect(tag(build())).not.toBe(first);
  });

  test('does not depend on where it lies', () => {
    const elsewhere = mkdtempSync(path.join(tmpdir(), 'elsewhere-'));
    cpSync(directory, elsewhere, { recursive: true });
    expect(tag(build('x86_64', elsewhere))).toBe(tag(build()));
    rmSync(elsewhere, { recursive: true });
  });

  test('is refused when it was not built', () => {
    rmSync(path.join(directory, 'dist'), { recursive: true });
    rmSync(path.join(directory, 'Dockerfile'));
    expect(problemsOf(() => build())).toMatchObject([
      {
        code: 'AWS_RUNTIME_SOURCE',
        what: 'the folder of the runtime lacks Dockerfile, dist',
        got: directory,
      },
    ]);
  });
});
