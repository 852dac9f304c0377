import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import { App, TerraformStack, Testing } from 'cdktf';
import { RootConstruct } from 'constructs';
import { Duration, ModelEndpoint, type Problem, Rollout, RuntimeImage } from 'inferstack';
import { azureProblems, ContainerAppEndpoint, Exposure } from 'inferstack/azure';
import { problemsOf } from '../support/endpoint';
import { temporaryFolder } from '../support/temporary-folder';
import { expectUnsupported, type Unsupported } from './support/expect-unsupported';
import {
  bindPlan,
  endpointIn,
  exampleModel,
  IMAGE,
  type Options,
  type Props,
  planOf,
  SUBSCRIPTION,
  synthesize,
} from './support/synthesize';

const group = { id: `${SUBSCRIPTION}/g`, name: 'g', location: 'westeurope' };
const workspace = { id: `${SUBSCRIPTION}/w`, retentionInDays: 30 };
const internal = { id: `${SUBSCRIPTION}/e`, internal: true };
const subnet = { id: `${SUBSCRIPTION}/s`, virtualNetworkId: `${SUBSCRIPTION}/n` };
const fromVault = {
  keyVaultSecretId: 'https://vault.example.com/secrets/c',
  keyVaultId: `${SUBSCRIPTION}/v`,
};
const zone = { name: 'example.com', resourceGroupName: 'dns' };
const firewall = { hostName: 'credit.example.com', certificate: fromVault };
const domain = (name: string) => Exposure.internet({ domain: { name, certificate: fromVault, zone } });
const seconds = (amount: number) => Duration.seconds(amount);

/** Code, the option it is about, what must be in the message, options, props. */
const REFUSED: [string, string, string, Options?, Props?][] = [
  ['AZURE_NAME', 'target.name', 'at most|2 to 32', { name: 'a'.repeat(33) }],
  ['AZURE_NAME', 'target.name', 'single dashes', { name: 'a--b' }],
  ['AZURE_NAME', 'target.name', 'a letter', { name: '1a' }],
  ['AZURE_LOCATION', 'target.location', 'resourceGroup', { location: undefined }],
  [
    'AZURE_SIZE',
    'resources.memoryMiB',
    'cpuMillis 1500 with memoryMiB 3072',
    {},
    { resources: { memoryMiB: 3000 } },
  ],
  [
    'AZURE_SIZE',
    'resources.cpuMillis',
    'cpuMillis 1250 with memoryMiB 2560',
    {},
    { resources: { cpuMillis: 1100 } },
  ],
  [
    'AZURE_SIZE',
    'resources.cpuMillis',
    'cpuMillis 4000',
    {},
    { resources: { cpuMillis: 8000, memoryMiB: 16_384 } },
  ],
  ['AZURE_SCALING', 'scaling.maxReplicas', '1 to 1000', {}, { scaling: { maxReplicas: 1001 } }],
  ['AZURE_SCALING', 'scaling.requestsPerReplica', 'whole', {}, { scaling: { requestsPerReplica: 2.5 } }],
  ['AZURE_SCALING', 'scaling.cpuPercent', 'whole', {}, { scaling: { cpuPercent: 62.5 } }],
  ['AZURE_SCALING', 'scaling.minReplicas', 'requestsPerReplica', {}, { scaling: { minReplicas: 0 } }],
  [
    'AZURE_ROLLOUT_TIME',
    'rollout.timeout',
    '7200',
    {},
    { rollout: Rollout.rolling({ timeout: seconds(7201) }) },
  ],
  [
    'AZURE_REQUEST_TIME',
    'runtime.requestTimeout',
    '240000',
    {},
    { runtime: { requestTimeout: seconds(241), drainTimeout: seconds(241) } },
  ],
  ['AZURE_DRAIN', 'runtime.drainTimeout', '595', {}, { runtime: { drainTimeout: seconds(591) } }],
  [
    'AZURE_LOG_RETENTION',
    'monitoring.logRetentionDays',
    'Use 30',
    {},
    { monitoring: { logRetentionDays: 7 } },
  ],
  [
    'AZURE_LOG_RETENTION',
    'monitoring.logRetentionDays',
    'Use 730',
    {},
    { monitoring: { logRetentionDays: 1000 } },
  ],
  [
    'AZURE_LOG_RETENTION',
    'monitoring.logRetentionDays',
    'change the workspace',
    { workspace: { ...workspace, retentionInDays: 90 } },
  ],
  [
    'AZURE_ALERT_WINDOW',
    'monitoring.errors.window',
    'minutes\\(10\\)',
    {},
    { monitoring: { errors: { window: Duration.minutes(7) } } },
  ],
  ['AZURE_ENVIRONMENT', 'target.workspace', 'sends its logs', { environment: internal }],
  [
    'AZURE_ENVIRONMENT',
    'target.exposure',
    'Exposure.private',
    { environment: internal, workspace, exposure: Exposure.internet() },
  ],
  [
    'AZURE_ENVIRONMENT',
    'target.exposure',
    'Exposure.internet',
    { environment: { ...internal, internal: false }, workspace },
  ],
  ['AZURE_NETWORK', 'target.network', 'Remove one', { network: { subnet, addressSpace: '10.0.0.0/20' } }],
  [
    'AZURE_NETWORK',
    'target.network',
    'Remove network',
    { environment: internal, workspace, network: { subnet } },
  ],
  [
    'AZURE_NETWORK',
    'target.network.addressSpace',
    '/16 to /24',
    { network: { addressSpace: '10.0.0.0/25' } },
  ],
  [
    'AZURE_ADDRESS_RANGE',
    'target.exposure.allowFrom[0]',
    '203',
    { exposure: Exposure.internet({ allowFrom: ['1.2.3/8'] }) },
  ],
  [
    'AZURE_ADDRESS_RANGE',
    'target.exposure.allowFrom',
    'not nobody',
    { exposure: Exposure.private({ allowFrom: [] }) },
  ],
  [
    'AZURE_ADDRESS_RANGE',
    'target.modelStorage.allowFrom[0]',
    'IPv4',
    { modelStorage: { allowFrom: ['::1'] } },
  ],
  [
    'AZURE_REGISTRY',
    'target.registry',
    'login server mine.azurecr.io',
    {},
    { runtime: { image: RuntimeImage.fromRegistry('mine.azurecr.io/r:1') } },
  ],
  [
    'AZURE_REGISTRY',
    'runtime.image',
    'az acr import',
    { registry: { id: 'r', loginServer: 'mine.azurecr.io' } },
  ],
  ['AZURE_DOMAIN', 'target.exposure.domain.name', 'apex', { exposure: domain('example.com') }],
  ['AZURE_DOMAIN', 'target.exposure.domain.name', 'its zone', { exposure: domain('example.org') }],
  [
    'AZURE_DOMAIN',
    'target.exposure.domain.certificate',
    'environmentCertificateId',
    { exposure: domain('a.example.com'), environment: { ...internal, internal: false }, workspace },
  ],
  [
    'AZURE_DOMAIN',
    'target.exposure.hostName',
    'its zone',
    { exposure: Exposure.webFirewall({ ...firewall, hostName: 'a.example.org', zone }) },
  ],
  [
    'AZURE_FIREWALL',
    'target.exposure.gatewaySubnet',
    '/26',
    { exposure: Exposure.webFirewall(firewall), network: { subnet } },
  ],
  [
    'AZURE_FIREWALL',
    'target.exposure.maxCapacity',
    '2 to 125',
    { exposure: Exposure.webFirewall({ ...firewall, maxCapacity: 1 }) },
  ],
  [
    'AZURE_FIREWALL',
    'target.exposure.requestsPerMinute',
    '1 to 5000',
    { exposure: Exposure.webFirewall({ ...firewall, requestsPerMinute: 0 }) },
  ],
  [
    'AZURE_PREVIOUS_MODEL',
    'target.modelStorage.previousModels[0]',
    'one that serves',
    { modelStorage: { previousModels: [exampleModel()] } },
  ],
  [
    'AZURE_PREVIOUS_MODEL',
    'target.modelStorage.previousModels[1]',
    'listed twice',
    { modelStorage: { previousModels: [exampleModel('digits'), exampleModel('digits')] } },
  ],
];

// No five parameters: jest takes one that a row does not fill for a callback, and waits for it.
test.each(REFUSED)('%s at %s: %s', (...row) => {
  const [code, option, text, options, props] = row;
  const problems = problemsOf(() => synthesize(options, props));
  expect(problems.map((problem) => problem.code)).toEqual([code]);
  expect(problems[0]!.at).toBe(`Serving/Endpoint: ${option}`);
  expect(JSON.stringify(problems[0])).toMatch(new RegExp(text));
});

test('a model larger than the storage of a replica', () => {
  const plan = planOf();
  const [problem] = problemsOf(() =>
    bindPlan({ ...plan, models: [{ ...plan.models[0], bytes: 2 * 1024 ** 3 }] }),
  );
  expect(problem).toMatchObject({ code: 'AZURE_STORAGE', allowed: expect.stringContaining('1.33 GiB') });
});

const UNSUPPORTED: Unsupported[] = [
  ['resources.architecture', 'linux/amd64', {}, { resources: { architecture: 'arm64' } }],
  ['scaling.scaleOutCooldown', 'Leave', {}, { scaling: { scaleOutCooldown: seconds(90) } }],
  ['scaling.scaleInCooldown', 'Leave', {}, { scaling: { scaleInCooldown: seconds(60) } }],
  [
    'scaling.cpuPercent',
    'minReplicas 1',
    {},
    { scaling: { minReplicas: 0, requestsPerReplica: 5, cpuPercent: 50 } },
  ],
  ['rollout.bake', 'Leave bake out', {}, { rollout: Rollout.rolling({ bake: seconds(60) }) }],
  ['rollout', 'candidate', {}, { rollout: Rollout.allAtOnce() }],
  ['runtime.grpc', 'KubernetesEndpoint', {}, { runtime: { grpc: true } }],
  [
    'runtime.image',
    'az acr build --registry <registry> --platform linux/amd64',
    {},
    { runtime: { image: RuntimeImage.fromSource() } },
  ],
  [
    'runtime.image',
    'az acr build --registry mine ',
    { registry: { id: 'r', loginServer: 'mine.azurecr.io' } },
    { runtime: { image: RuntimeImage.fromSource() } },
  ],
];

test.each(UNSUPPORTED)('%s is refused, not dropped: %s', (...row) => expectUnsupported(...row));

test('a bake of 0 is what happens', () => {
  expect(() => synthesize({}, { rollout: Rollout.rolling({ bake: seconds(0) }) })).not.toThrow();
});

test('everything wrong is told at once', () => {
  const problems = problemsOf(() =>
    synthesize(
      { name: 'A', location: undefined },
      { resources: { cpuMillis: 100 }, runtime: { grpc: true } },
    ),
  );
  expect(problems.map(({ code }: Problem) => code)).toEqual([
    'AZURE_NAME',
    'AZURE_LOCATION',
    'AZURE_SIZE',
    'TARGET_UNSUPPORTED',
  ]);
});

const validationOf = (prepare: (stack: TerraformStack) => void): string => {
  const stack = new TerraformStack(new App({ outdir: temporaryFolder() }), 'Serving');
  prepare(stack);
  endpointIn(stack, { resourceGroup: group });
  try {
    Testing.synth(stack, true);
  } catch (error) {
    return String(error);
  }
  return '';
};

test('a stack that would keep its state on this machine, without provider, or with account keys', () => {
  const nothing = validationOf(() => {});
  expect(nothing).toContain('TERRAFORM_BACKEND');
  expect(nothing).toContain('TERRAFORM_PROVIDER');
  expect(nothing).toContain('storageUseAzuread: true');
  const keys = validationOf((stack) => new AzurermProvider(stack, 'Azure', { features: [{}] }));
  expect(keys).toContain('AZURE_PROVIDER');
  expect(keys).not.toContain('TERRAFORM_PROVIDER');
});

test('outside a stack of Terraform', () => {
  const target = new ContainerAppEndpoint({ location: 'westeurope' });
  const [problem] = problemsOf(
    () =>
      new ModelEndpoint(new RootConstruct('App'), 'Endpoint', {
        model: exampleModel(),
        target,
        runtime: { image: RuntimeImage.fromRegistry(IMAGE) },
      }),
  );
  expect(problem).toMatchObject({ code: 'TARGET_SCOPE', remedy: expect.stringContaining('TerraformStack') });
});

test('every code is seen here', () => {
  // The last one is met on managed endpoints.
  const others = ['AZURE_STORAGE', 'AZURE_PROVIDER', 'AZURE_REQUEST_SIZE'];
  // In rollout/refusals.test.ts.
  const stepped = ['AZURE_ROLLOUT_SHARE', 'AZURE_RELEASE', 'AZURE_GATE', 'AZURE_STATE_TAG'];
  const seen = new Set([...REFUSED.map(([code]) => code), ...others, ...stepped]);
  expect([...seen].sort()).toEqual(Object.keys(azureProblems).sort());
});

test('numbers known only at deployment are refused where the target calculates', () => {
  const plan = planOf();
  const token = -1.8881545897087626e289;
  const problems = problemsOf(() =>
    bindPlan({
      ...plan,
      scaling: { ...plan.scaling, minReplicas: token },
      rollout: { ...plan.rollout, timeoutSeconds: token },
    }),
  );
  expect(problems.map(({ at, what }) => [at, what])).toEqual(
    ['scaling.minReplicas', 'rollout.timeout'].map((prop) => [
      `Serving/Endpoint: ${prop}`,
      expect.stringContaining('only known at deployment'),
    ]),
  );
});
