import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { App, GcsBackend, TerraformStack } from 'cdktf';
import { Duration, Rollout } from 'inferstack';
import { ModelBucket, VertexExposure } from 'inferstack/gcp';
import { temporaryFolder } from '../../support/temporary-folder';
import {
  exampleModel,
  IMAGE,
  inStack,
  PROJECT,
  REGION,
  type Resource,
  templateOf,
} from '../support/synthesize';
import {
  bindPlan,
  configOf,
  endpointIn,
  type Options,
  planOf,
  releaseOf,
  synthesize,
} from './support/synthesize';

const KEY = `projects/${PROJECT}/locations/${REGION}/keyRings/models/cryptoKeys/models`;

test('by default nobody on the internet reaches it, and IAM is asked in the network too', () => {
  const endpoint = synthesize().find('google_vertex_ai_endpoint');
  expect(endpoint).toMatchObject({
    name: expect.stringMatching(/^[1-9][0-9]{9}$/),
    display_name: 'serving-endpoint',
    private_service_connect_config: {
      enable_private_service_connect: true,
      enable_secure_private_service_connect: true,
      project_allowlist: [PROJECT],
    },
    lifecycle: { ignore_changes: ['traffic_split'] },
  });
  expect(endpoint).not.toHaveProperty('dedicated_endpoint_enabled');
});

test('projects that may connect are named', () => {
  const exposure = VertexExposure.privateServiceConnect({ projects: ['clinic-1', 'clinic-2'] });
  const endpoint = synthesize({ exposure }).find('google_vertex_ai_endpoint');
  expect(endpoint['private_service_connect_config'].project_allowlist).toEqual(['clinic-1', 'clinic-2']);
});

test('a dedicated name on the internet is asked for', () => {
  const endpoint = synthesize({ exposure: VertexExposure.dedicated() }).find('google_vertex_ai_endpoint');
  expect(endpoint).toMatchObject({ dedicated_endpoint_enabled: true });
  expect(endpoint).not.toHaveProperty('private_service_connect_config');
});

test('the container is that of the plan, with the contract of the platform', () => {
  const release = releaseOf(synthesize({}, { rollout: Rollout.rolling({ timeout: Duration.minutes(20) }) }));
  expect(release).toMatchObject({
    kind: 'VertexRelease',
    name: 'serving-endpoint',
    project: PROJECT,
    location: REGION,
  });
  expect(release['model'].containerSpec).toMatchObject({
    imageUri: IMAGE,
    ports: [{ containerPort: 8080 }],
    predictRoute: '/predict',
    healthRoute: '/health',
    deploymentTimeout: '1200s',
  });
  expect(release['timeoutSeconds']).toBe(1200);
  const config = configOf(release);
  expect(config).toMatchObject({ endpoint: 'serving-endpoint', contracts: ['vertex'] });
  expect(config['models'][0].uri).toMatch(
    /^gs:\/\/.*\/inferstack\/europe-west1\/serving-endpoint\/[0-9a-f]{64}\.tar\.gz$/,
  );
});

test('replicas run as an account that may read the model and nothing else', () => {
  const template = synthesize();
  const release = releaseOf(template);
  expect(release['deployedModel'].serviceAccount).toMatch(/google_service_account\.\w+\.email/);
  const members = Object.values(template.all('google_storage_bucket_iam_member'));
  expect(members.map(({ role }) => role)).toEqual(['roles/storage.objectViewer']);
  expect(members[0]!['condition'].expression).toContain('/objects/inferstack/europe-west1/serving-endpoint/');
  const yours = releaseOf(synthesize({ serviceAccount: `mine@${PROJECT}.iam.gserviceaccount.com` }));
  expect(yours['deployedModel'].serviceAccount).toBe(`mine@${PROJECT}.iam.gserviceaccount.com`);
});

test.each<[Options['machineSeries'], number, number, string]>([
  [undefined, 1000, 2048, 'e2-standard-2'],
  ['e2', 2000, 7168, 'e2-standard-2'],
  // A GiB is left to the system.
  ['e2', 2000, 7169, 'e2-standard-4'],
  ['e2', 2001, 2048, 'e2-standard-4'],
  ['n1', 1000, 7000, 'n1-standard-4'],
  ['n2', 33_000, 2048, 'n2-standard-48'],
  ['c3', 1000, 2048, 'c3-standard-4'],
  ['c3', 100_000, 600_000, 'c3-standard-176'],
])(
  'series %s, %d thousandths of a core and %d MiB: %s',
  (machineSeries, cpuMillis, memoryMiB, machineType) => {
    const release = releaseOf(synthesize({ machineSeries }, { resources: { cpuMillis, memoryMiB } }));
    expect(release['deployedModel'].dedicatedResources.machineSpec).toEqual({ machineType });
  },
);

test('replicas are added by CPU, and by requests a minute where the plan says so', () => {
  const scaling = { minReplicas: 3, maxReplicas: 7, cpuPercent: 75 };
  const resources = (props: Resource) =>
    releaseOf(synthesize({}, { scaling: { ...scaling, ...props } }))['deployedModel'].dedicatedResources;
  const cpu = { metricName: 'aiplatform.googleapis.com/prediction/online/cpu/utilization', target: 75 };
  const requests = { metricName: 'aiplatform.googleapis.com/prediction/online/request_count', target: 1500 };
  expect(resources({})).toMatchObject({
    minReplicaCount: 3,
    maxReplicaCount: 7,
    autoscalingMetricSpecs: [cpu],
  });
  expect(resources({ requestsPerReplica: 25 }).autoscalingMetricSpecs).toEqual([cpu, requests]);
});

test('a key of yours encrypts the endpoint and its models, once Vertex AI may use it', () => {
  const template = synthesize({
    encryptionKey: KEY,
    modelBucket: ModelBucket.created({ encryptionKey: KEY }),
  });
  const endpoint = template.find('google_vertex_ai_endpoint');
  expect(endpoint['encryption_spec']).toEqual({ kms_key_name: KEY });
  expect(endpoint['depends_on']).toEqual([expect.stringContaining('google_kms_crypto_key_iam_member')]);
  expect(releaseOf(template)['model'].encryptionSpec).toEqual({ kmsKeyName: KEY });
  const members = Object.values(template.all('google_kms_crypto_key_iam_member')).map(({ member }) => member);
  expect(members).toContainEqual(
    expect.stringMatching(
      /^serviceAccount:service-\$\{data\..*\.number\}@gcp-sa-aiplatform\.iam\.gserviceaccount\.com$/,
    ),
  );
});

test('what Vertex AI would expand in a variable stays as it is', () => {
  const plan = planOf();
  const [main] = plan.models;
  const manifest = { ...main.manifest, name: 'a$(HOME)' };
  const release = releaseOf(bindPlan({ ...plan, models: [{ ...main, manifest }] }));
  const { value } = release['model'].containerSpec.env[0];
  expect(value).toContain('a$$(HOME)');
  expect(value.replaceAll('$$(', '$(')).toContain('"name":"a$(HOME)"');
});

test('text that looks like a template of Terraform is escaped once', () => {
  const plan = planOf();
  const [main] = plan.models;
  const manifest = { ...main.manifest, name: '${file("a")}' };
  const release = releaseOf(bindPlan({ ...plan, models: [{ ...main, manifest }] }));
  expect(release['model'].versionDescription).toContain('$${file("a")}');
  expect(release['model'].versionDescription).not.toContain('$$$');
});

test('alarms are watched for the bake and the delay of the samples, of the new deployed model alone', () => {
  const watch = (bake: number) =>
    releaseOf(synthesize({}, { rollout: Rollout.rolling({ bake: Duration.seconds(bake) }) }))['watch'];
  expect(watch(600).seconds).toBe(960);
  expect(watch(0).seconds).toBe(0);
  for (const { query } of watch(600).alarms) expect(query).toContain('deployed_model_id="DEPLOYED_MODEL_ID"');
});

test('previous models stay in the bucket', () => {
  const template = synthesize({ previousModels: [exampleModel('breast-cancer', '2'), exampleModel()] });
  expect(Object.keys(template.all('google_storage_bucket_object'))).toHaveLength(2);
});

test('the program is beside the stack, may be run, and is the same for all endpoints', () => {
  const outdir = temporaryFolder();
  const stack = new TerraformStack(new App({ outdir }), 'Serving');
  new GoogleProvider(stack, 'Google', { project: PROJECT, region: REGION });
  new GcsBackend(stack, { bucket: 'state' });
  const { releaseScript } = endpointIn(stack, {}, {}, 'One').native;
  expect(endpointIn(stack, {}, {}, 'Two').native.releaseScript).toBe(releaseScript);
  const file = path.join(outdir, 'stacks/Serving', releaseScript);
  expect(statSync(file).mode & 0o111).toBe(0o111);
  expect(readFileSync(file, 'utf8')).toMatch(/^#!\/usr\/bin\/env bash/);
});

test('two endpoints of a stack have ids and releases of their own, and those of two projects differ', () => {
  const template = inStack((stack) => {
    endpointIn(stack, {}, {}, 'One');
    endpointIn(stack, {}, {}, 'Two');
    endpointIn(stack, { name: 'serving-one', project: 'other-project' }, {}, 'Three');
    return templateOf(stack);
  });
  const ids = Object.values(template.all('google_vertex_ai_endpoint')).map(({ name }) => name);
  expect(new Set(ids).size).toBe(3);
  const releases = Object.values(template.json['output'] as Record<string, Resource>)
    .map(({ value }) => value)
    .filter((value) => value.kind === 'VertexRelease');
  expect(releases.map(({ name }) => name).sort()).toEqual(['serving-one', 'serving-one', 'serving-two']);
});

test('ids are a contract: another one replaces the resource', () => {
  const { json } = synthesize({ encryptionKey: KEY, alarms: { emails: ['a@example.com'] } });
  const ids = [
    ...Object.entries(json['resource'] as Record<string, Resource>),
    ['output', json['output']] as const,
  ].flatMap(([type, found]) =>
    Object.keys(found as Resource).map(
      (id) => `${type}.${id.replace(/Model-[0-9a-f]{16}_.*/, 'Model-<digest>')}`,
    ),
  );
  expect(ids.sort()).toMatchSnapshot();
});
