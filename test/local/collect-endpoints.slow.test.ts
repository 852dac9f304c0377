import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { type AppEndpoint, collectEndpoints } from 'inferstack/local';
import { localRuntimeConfig } from '../../lib/local/local-config';
import { exampleModel, fakeEndpoint } from '../support/endpoint';
import { app, ROOT } from './support/local-runtime';

const run = promisify(execFile);

/** Collects in a process of its own, whose standard error is then that of the app as well. */
async function collect(
  file: string,
  cwd = ROOT,
  variables: NodeJS.ProcessEnv = {},
): Promise<{ endpoints: AppEndpoint[]; stderr: string; error: string }> {
  const script = `require(${JSON.stringify(path.join(ROOT, 'lib', 'local'))}).collectEndpoints(${JSON.stringify(file)})
    .then((endpoints) => console.log(JSON.stringify({ endpoints, error: '' })),
          (error) => console.log(JSON.stringify({ endpoints: [], error: error.message })))`;
  const tsx = require.resolve('tsx');
  const env = { ...process.env, TSX_TSCONFIG_PATH: path.join(ROOT, 'tsconfig.json'), ...variables };
  const { stdout, stderr } = await run(process.execPath, ['--import', tsx, '-e', script], { cwd, env });
  return { ...(JSON.parse(stdout) as { endpoints: AppEndpoint[]; error: string }), stderr };
}

test('finds every endpoint of an app with its configuration', async () => {
  const endpoints = await collectEndpoints(app('two-endpoints'));
  expect(endpoints).toEqual([
    expect.objectContaining({
      name: 'hospital-cancer',
      path: 'Hospital/Cancer',
      minReplicas: 1,
      modelDirectories: [exampleModel('breast-cancer', '1')],
    }),
    expect.objectContaining({ name: 'hospital-digits', modelDirectories: [exampleModel('digits', '1')] }),
  ]);
});

test('the configuration is the deployed one, byte for byte but for addresses', async () => {
  const [endpoint] = await collectEndpoints(app('one-endpoint'));
  const { runtimeConfig } = fakeEndpoint();
  const deployed = JSON.stringify({
    ...runtimeConfig,
    limits: { ...runtimeConfig.limits, requestTimeoutMs: 20_000, maxInFlight: 77 },
    drain: { ...runtimeConfig.drain, delayMs: 0 },
  });
  const addresses = [
    ['"uri":"/models/breast-cancer"', `"uri":${JSON.stringify(exampleModel('breast-cancer', '1'))}`],
    ['"host":"0.0.0.0","port":8080', '"host":"127.0.0.1","port":0'],
    ['"host":"0.0.0.0","port":9090', '"host":"127.0.0.1","port":0'],
  ] as const;
  expect(JSON.stringify(endpoint!.runtimeConfig)).toBe(deployed);
  const expected = addresses.reduce((text, [from, to]) => {
    expect(text).toContain(from);
    return text.replace(from, to);
  }, deployed);
  expect(JSON.stringify(localRuntimeConfig(endpoint!))).toBe(expected);
});

test('an app that fails speaks for itself', async () => {
  const { stderr, error } = await collect(app('failing'));
  expect(stderr).toContain('Error: the app is broken on purpose');
  expect(stderr).toContain('failing.ts');
  expect(error).toMatch(/^LOCAL_APP_FAILED at .*failing\.ts: .*exit code 1/);
});

test('an app without endpoints is told so', async () => {
  expect((await collect(app('without-endpoints'))).error).toMatch(/^LOCAL_NO_ENDPOINTS/);
});

test('a file that is not there', async () => {
  await expect(collectEndpoints('absent.ts')).rejects.toMatchObject({ code: 'LOCAL_APP_NOT_FOUND' });
});

jest.setTimeout(60_000);

describe('apps of the tools', () => {
  const folder = mkdtempSync(path.join(ROOT, 'test', 'local', 'apps', 'tmp-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('an app of the AWS CDK: with the context of cdk.json, and nothing is written beside it', async () => {
    writeFileSync(path.join(folder, 'cdk.json'), JSON.stringify({ context: { stack: 'FromContext' } }));
    writeFileSync(
      path.join(folder, 'aws.ts'),
      `import { App, Stack } from 'aws-cdk-lib';
       import { Vpc } from 'aws-cdk-lib/aws-ec2';
       import { ModelEndpoint, ModelSource, RuntimeImage } from 'inferstack';
       import { FargateEndpoint } from 'inferstack/aws';
       const app = new App();
       const stack = new Stack(app, app.node.tryGetContext('stack'));
       new ModelEndpoint(stack, 'Endpoint', {
         model: ModelSource.fromDirectory(${JSON.stringify(exampleModel('breast-cancer', '1'))}),
         target: new FargateEndpoint({ vpc: new Vpc(stack, 'Vpc') }),
         runtime: { image: RuntimeImage.fromRegistry('registry.example.com/runtime:1.0.0') },
       });`,
    );
    const before = readdirSync(folder);
    const { endpoints, error, stderr } = await collect('aws.ts', folder);
    expect([error, stderr.match(/Error.*/)?.[0]]).toEqual(['', undefined]);
    expect(endpoints[0]).toMatchObject({ name: 'from-context-endpoint', platform: 'aws', minReplicas: 2 });
    expect(localRuntimeConfig(endpoints[0]!).models[0]!.uri).toBe(exampleModel('breast-cancer', '1'));
    expect(readdirSync(folder)).toEqual(before);
  });

  test('an app of cdk8s', async () => {
    writeFileSync(
      path.join(folder, 'kubernetes.ts'),
      `import { App, Chart } from 'cdk8s';
       import { ModelEndpoint, ModelSource, RuntimeImage } from 'inferstack';
       import { KubernetesEndpoint } from 'inferstack/kubernetes';
       const app = new App();
       new ModelEndpoint(new Chart(app, 'Hospital'), 'Endpoint', {
         model: ModelSource.fromDirectory(${JSON.stringify(exampleModel('breast-cancer', '1'))}),
         target: new KubernetesEndpoint({ namespace: 'models' }),
         runtime: { image: RuntimeImage.fromRegistry('registry.example.com/runtime:1.0.0') },
       });
       app.synth();`,
    );
    const before = readdirSync(folder);
    const { endpoints, error } = await collect('kubernetes.ts', folder);
    expect(error).toBe('');
    expect(endpoints[0]).toMatchObject({ name: 'hospital-endpoint', platform: 'kubernetes' });
    expect(readdirSync(folder)).toEqual(before);
  });
});

test('temporary directories are gone afterwards', async () => {
  // One of its own: other tests make theirs in the common one at the same time.
  const own = mkdtempSync(path.join(tmpdir(), 'inferstack-test-tmp-'));
  const { endpoints } = await collect(app('one-endpoint'), ROOT, { TMPDIR: own });
  expect(endpoints).toHaveLength(1);
  expect(readdirSync(own).filter((name) => name.startsWith('inferstack-'))).toEqual([]);
  rmSync(own, { recursive: true });
});
