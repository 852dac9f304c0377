import { parseRuntimeConfig } from '@inferstack/runtime/contract';
import {
  Duration,
  type EndpointPlan,
  type FeastSourceProps,
  FeatureSource,
  runtimeConfig,
  type SecretPlaces,
  SecretRef,
  UnsupportedError,
} from 'inferstack';
import { localRuntimeConfig } from '../../lib/local/local-config';
import type { ConformanceTarget } from '../conformance/conformance-target';
import { PLACES } from '../conformance/fields';
import { endpointPlan, planWithTwoModels } from '../conformance/plan';
import { targets } from '../conformance/targets';
import { problemsOf } from '../support/endpoint';

const FEAST: FeastSourceProps = {
  name: 'cells',
  url: 'https://features.example.com:6566',
  featureService: 'cells',
  keys: { patient_id: 'integer' },
  features: { 'mean radius': 'mean_radius' },
};

function planWith(
  change: Partial<FeastSourceProps> = {},
  demands: ConformanceTarget['demands'] = {},
): EndpointPlan {
  const features = [FeatureSource.feast({ ...FEAST, ...change })];
  return endpointPlan({ ...demands, runtime: { ...demands.runtime, features } });
}

const secret = (places: SecretPlaces = PLACES) => ({ credentials: SecretRef.at(places) });
const codes = (work: () => unknown) =>
  problemsOf(work).map(({ code, at }) => [code, at.replace(/^[^:]*: /, '')]);

describe('props', () => {
  test('every default is resolved, and the runtime reads what comes out', () => {
    const [target] = targets;
    const { runtimeConfig } = target!.bind(planWith());
    expect(runtimeConfig.features).toEqual([
      {
        name: 'cells',
        model: 'breast-cancer',
        source: { type: 'feast', url: FEAST.url, featureService: 'cells' },
        keys: [{ field: 'patient_id', key: 'patient_id', type: 'integer' }],
        features: [{ feature: 'mean_radius', field: 'mean radius', default: null }],
        ...{ onGiven: 'keep', onMissing: 'reject', onStale: 'reject', onError: 'reject' },
        ...{ timeoutMs: 250, maxAgeSeconds: null, cache: null, credentials: null },
      },
    ]);
  });

  test('every source and every prop comes through', () => {
    const common = {
      ...FEAST,
      keys: { patient: { type: 'string', key: 'patient_id' } },
      features: { 'mean radius': { feature: 'cells.mean_radius', default: 14.1 } },
      onMissing: 'default',
      timeout: Duration.millis(40),
      maxAge: Duration.days(1),
      cache: { ttl: Duration.seconds(30), maxEntries: 500 },
    } as const;
    const features = [
      FeatureSource.tecton({ ...common, workspace: 'prod', featureService: 'cells' }),
      FeatureSource.hopsworks({
        ...common,
        ...{ name: 'hops', featureStore: 'fs', featureView: 'cells', eventTime: 'measured_at' },
        features: { 'mean texture': { feature: 'mean_texture', default: 19 } },
      }),
      FeatureSource.http({
        ...common,
        ...{ name: 'own', header: 'x-key' },
        features: { 'mean area': { feature: 'mean_area', default: 650 } },
      }),
    ];
    const { runtime } = endpointPlan({ runtime: { features } });
    expect(runtime.features.map(({ lookup }) => lookup.source)).toEqual([
      { type: 'tecton', url: FEAST.url, workspace: 'prod', featureService: 'cells' },
      {
        ...{ type: 'hopsworks', url: FEAST.url, featureStore: 'fs', featureView: 'cells' },
        ...{ featureViewVersion: 1, eventTime: 'measured_at' },
      },
      { type: 'http', url: FEAST.url, header: 'x-key' },
    ]);
    expect(runtime.features[0]!.lookup).toMatchObject({
      keys: [{ field: 'patient', key: 'patient_id', type: 'string' }],
      features: [{ feature: 'cells.mean_radius', field: 'mean radius', default: 14.1 }],
      onMissing: 'default',
      timeoutMs: 40,
      maxAgeSeconds: 86_400,
      cache: { ttlMs: 30_000, maxEntries: 500, maxBytes: 33_554_432 },
    });
  });

  test.each<[string, Partial<FeastSourceProps>, string]>([
    ['a field the model does not have', { features: { 'mean radios': 'x' } }, 'FEATURES_FIELD_UNKNOWN'],
    ['null where the model demands a value', { onError: 'null' }, 'FEATURES_POLICY'],
    ['a default without a value', { onMissing: 'default' }, 'FEATURES_POLICY'],
    ['an address with a password', { url: 'https://me:secret@features.example.com' }, 'PLAN_FEATURES'],
    ['no keys', { keys: {} }, 'PLAN_FEATURES'],
    ['a name that is none', { name: 'Cells!' }, 'PLAN_FEATURES'],
    ['a lookup longer than the request', { timeout: Duration.minutes(2) }, 'PLAN_FEATURES'],
    ['no time at all', { timeout: Duration.millis(0) }, 'PLAN_FEATURES'],
    ['a key in the clear', { ...secret(), url: 'http://features.example.com' }, 'PLAN_FEATURES'],
    ['a secret that is nowhere', secret({}), 'PLAN_SECRET'],
    ['a relative file', secret({ compose: { file: 'key.txt' } }), 'PLAN_SECRET'],
  ])('%s is refused at synthesis', (_, change, code) => {
    expect(codes(() => planWith(change)).map(([found]) => found)).toEqual([code]);
  });

  test('an endpoint of several models says which one gets the features', () => {
    const withTwo = (change: Partial<FeastSourceProps>) =>
      planWithTwoModels({ runtime: { features: [FeatureSource.feast({ ...FEAST, ...change })] } });
    expect(codes(() => withTwo({}))).toEqual([['PLAN_FEATURES', 'runtime.features.cells.model']]);
    expect(codes(() => withTwo({ model: 'other' }))).toEqual([['PLAN_FEATURES', 'runtime.features.cells']]);
    expect(codes(() => withTwo({ model: 'digits' }))[0]![0]).toBe('FEATURES_FIELD_UNKNOWN');
    expect(withTwo({ model: 'breast-cancer' }).runtime.features[0]!.lookup.model).toBe('breast-cancer');
  });

  test('inside a network that is trusted a key may be sent in the clear', () => {
    const change = { ...secret(), url: 'http://features.internal:6566', plainHttp: true };
    expect(planWith(change).runtime.features[0]!.secret).toEqual(PLACES);
  });

  test('a target that does not say how it brings credentials cannot take a plan with some', () => {
    const plan = planWith(secret());
    expect(() => runtimeConfig(plan, { modelUris: ['/models'] })).toThrow(UnsupportedError);
  });

  test('a secret written in the place of its name is not repeated', () => {
    const planted = 'sk-planted: 1234';
    const problems = problemsOf(() => planWith(secret({ kubernetes: { secretName: planted, key: 'key' } })));
    expect(problems[0]!.code).toBe('PLAN_SECRET');
    expect(JSON.stringify(problems)).not.toContain('planted');
  });
});

describe.each(targets.map((target) => [target.title, target] as const))('%s', (_, target) => {
  test('a secret that is on other platforms only is refused by name', () => {
    const elsewhere = Object.fromEntries(
      Object.entries(PLACES).filter(([platform]) => platform !== target.platform),
    );
    const plan = planWith(secret(elsewhere), target.demands);
    expect(codes(() => target.bind(plan))).toEqual([
      ['TARGET_UNSUPPORTED', 'runtime.features.cells.credentials'],
    ]);
  });
});

/** Managed endpoints for machine learning bring no secrets to their containers, and say so. */
const refusing = ['VertexEndpoint', 'SageMakerEndpoint', 'MachineLearningEndpoint'];
const bringing = targets.filter(({ title }) => !refusing.includes(title));

describe.each(bringing.map((target) => [target.title, target] as const))('%s', (_, target) => {
  test('the configuration is one the runtime takes; this machine takes the key from a variable', () => {
    const { runtimeConfig } = target.bind(planWith(secret(), target.demands));
    const known = JSON.parse(JSON.stringify(runtimeConfig).replaceAll(/\$\{Token[^}]*\}/g, 'token'));
    expect(parseRuntimeConfig(JSON.stringify(known)).features![0]!.credentials).not.toBeNull();
    const local = localRuntimeConfig({
      ...{ name: 'cells', path: 'cells', platform: target.platform, minReplicas: 1 },
      ...{ runtimeConfig: known, modelDirectories: ['/models'] },
    });
    expect(local.features![0]!.credentials).toEqual({ env: 'INFERSTACK_SECRET_CELLS' });
  });
});

describe('what each platform does with it', () => {
  const text = (platform: string, change: Partial<FeastSourceProps> = secret()) => {
    const target = bringing.find((candidate) => candidate.platform === platform)!;
    return JSON.stringify(target.bind(planWith(change, target.demands)).platform);
  };

  test('AWS: a secret of the container, read by the execution role, and a way to the port of the store', () => {
    const aws = text('aws');
    expect(aws).toMatch(/"Secrets":\[\{"Name":"INFERSTACK_SECRET_CELLS","ValueFrom"/);
    expect(aws).toMatch(
      /"Action":\["secretsmanager:GetSecretValue","secretsmanager:DescribeSecret"\],"Effect":"Allow","Resource":\{"Fn::Join".{0,200}secret:feature-store\/key-\?{6}/,
    );
    expect(aws).toMatch(/"Description":"Feature stores","FromPort":6566,"IpProtocol":"tcp","ToPort":6566/);
    expect(aws).toContain('isolatedFeatureStores');
    expect(aws).toContain('isolatedSecrets');
    const arn = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:feature-store/key-AbCdEf';
    expect(text('aws', secret({ aws: { secret: arn, jsonField: 'token' } }))).toContain(`${arn}:token::`);
    expect(text('aws', { ...secret(), url: 'https://features.example.com' })).not.toContain('Feature stores');
  });

  test('Azure: a reference into the key vault by the identity, which may read this one secret', () => {
    const azure = text('azure');
    expect(azure).toContain('"key_vault_secret_id":"https://vault.vault.azure.net/secrets/feature-store"');
    expect(azure).toContain('{"name":"INFERSTACK_SECRET_CELLS","secret_name":"cells"}');
    expect(azure).toContain('"role_definition_name":"Key Vault Secrets User"');
    expect(azure).toContain(`"scope":"${PLACES.azure.resourceId}"`);
  });

  test('Google Cloud: a variable from Secret Manager, and access to this one secret', () => {
    const gcp = text('gcp');
    expect(gcp).toContain('"value_source":{"secret_key_ref":{"secret":"feature-store","version":"latest"}}');
    expect(gcp).toMatch(/"role":"roles\/secretmanager.secretAccessor","secret_id":"feature-store"/);
  });

  test('Kubernetes: one key of the Secret as a file, and the store let through', () => {
    const kubernetes = text('kubernetes');
    expect(kubernetes).toContain(
      '{"secret":{"items":[{"key":"key","path":"cells"}],"name":"feature-store"}}',
    );
    expect(kubernetes).toContain('"mountPath":"/var/run/inferstack/secrets"');
    expect(kubernetes).toContain('{"ports":[{"port":6566,"protocol":"TCP"}]}');
    expect(text('kubernetes', { url: 'http://feast.features.svc:6566' })).toContain(
      '{"to":[{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"features"}}}]}',
    );
    expect(text('kubernetes', { url: 'http://10.1.2.3:6566' })).toContain('"cidr":"10.1.2.3/32"');
  });

  test('Compose: a secret of the project, and a way out', () => {
    const compose = text('compose');
    expect(compose).toContain('/etc/inferstack/feature-store.key');
    expect(compose).toMatch(/"source":"[\w-]+-cells","target":"cells"/);
    expect(compose).toContain('-egress');
    expect(text('compose', secret({ compose: { environment: 'FEATURE_KEY' } }))).toContain(
      '"environment":"FEATURE_KEY"',
    );
    const { bind, demands } = targets.find(({ platform }) => platform === 'compose')!;
    expect(bind(endpointPlan(demands)).text).not.toContain('-egress');
  });
});
