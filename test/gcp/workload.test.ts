import { Duration, Rollout } from 'inferstack';
import { endpointIn, inStack, type Options, type Props, REGION, synthesize } from './support/synthesize';

const service = (options: Options = {}, props: Props = {}) =>
  synthesize(options, props).find('google_cloud_run_v2_service');
const container = (options: Options = {}, props: Props = {}) =>
  service(options, props)['template'].containers[0];

test('a service is private, protected and of the second generation', () => {
  const found = service();
  expect(found).toMatchObject({
    name: 'serving-endpoint',
    location: REGION,
    ingress: 'INGRESS_TRAFFIC_INTERNAL_ONLY',
    invoker_iam_disabled: false,
    deletion_protection: true,
    template: { execution_environment: 'EXECUTION_ENVIRONMENT_GEN2' },
    traffic: [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST', percent: 100 }],
  });
  // A name of ours could meet one that was used before, which the platform refuses.
  expect(found['template']).not.toHaveProperty('revision');
  expect(service({ deletionProtection: false })['deletion_protection']).toBe(false);
});

test('the runtime gets its configuration, and the model below its own folder', () => {
  inStack((stack) => {
    const { runtimeConfig, plan } = endpointIn(stack, { modelBucket: undefined });
    expect(runtimeConfig.endpoint).toBe('serving-endpoint');
    expect(runtimeConfig.models[0]!.digest).toBe(plan.models[0].digest);
  });
  const [env] = container()['env'];
  expect(env.name).toBe('INFERSTACK_CONFIG');
  const config = JSON.parse(env.value.replace(/\$\{[^}]*\}/, 'bucket'));
  expect(config).toMatchObject({
    kind: 'RuntimeConfig',
    listeners: { inference: { port: 8080 }, grpc: null },
  });
  expect(config.models[0].uri).toMatch(
    /^gs:\/\/bucket\/inferstack\/europe-west1\/serving-endpoint\/[0-9a-f]{64}\.tar\.gz$/,
  );
});

test('the name of the target is that of the runtime as well', () => {
  const [env] = container({ name: 'tumours' })['env'];
  expect(env.value).toContain('"endpoint":"tumours"');
});

test('CPU and memory are limits, with more CPU while starting', () => {
  const resources = { cpuMillis: 4000, memoryMiB: 8192 };
  expect(container({}, { resources })['resources']).toEqual({
    limits: { cpu: '4', memory: '8192Mi' },
    cpu_idle: false,
    startup_cpu_boost: true,
  });
  expect(container({ instances: { startupCpuBoost: false } })['resources'].startup_cpu_boost).toBe(false);
});

test('zero instances are billed by request, others all their life, unless said', () => {
  const idle = (options: Options, minReplicas: number) =>
    container(options, { scaling: { minReplicas } })['resources'].cpu_idle;
  expect(idle({}, 0)).toBe(true);
  expect(idle({}, 1)).toBe(false);
  expect(idle({ instances: { cpu: 'always' } }, 0)).toBe(false);
  expect(idle({ instances: { cpu: 'requests' } }, 1)).toBe(true);
  const { scaling } = service({}, { scaling: { minReplicas: 0, maxReplicas: 3 } })['template'];
  expect(scaling).toEqual({ min_instance_count: 0, max_instance_count: 3 });
});

test('an instance takes what the runtime takes, or less', () => {
  const concurrency = (options: Options) =>
    service(options, { runtime: { maxInFlight: 40 } })['template'].max_instance_request_concurrency;
  expect(concurrency({})).toBe(40);
  expect(concurrency({ instances: { concurrency: 20 } })).toBe(20);
});

test('the platform waits longer than the runtime, so that callers get its answer', () => {
  const runtime = { requestTimeout: Duration.millis(10_500), drainTimeout: Duration.seconds(30) };
  expect(service({}, { runtime })['template'].timeout).toBe('16s');
});

test('an instance may take the time of the rollout to become ready, by default the longest there is', () => {
  const probe = container()['startup_probe'];
  expect(probe.period_seconds * probe.failure_threshold).toBe(240);
  const rollout = Rollout.rolling({ timeout: Duration.seconds(62) });
  const shorter = container({}, { rollout });
  expect(shorter['startup_probe']).toMatchObject({
    http_get: { path: '/v2/health/ready', port: 8080 },
    period_seconds: 5,
    failure_threshold: 13,
  });
  expect(shorter['liveness_probe'].http_get).toEqual({ path: '/v2/health/live', port: 8080 });
});

test('probes give up before they begin anew', () => {
  for (const probe of ['startup_probe', 'liveness_probe']) {
    const { timeout_seconds, period_seconds } = container()[probe];
    expect(timeout_seconds).toBeLessThan(period_seconds);
  }
});

test('with a network everything leaves through it', () => {
  const network = { network: 'net', subnetwork: 'sub', tags: ['model'] };
  expect(service({ network })['template'].vpc_access).toEqual({
    egress: 'ALL_TRAFFIC',
    network_interfaces: [{ network: 'net', subnetwork: 'sub', tags: ['model'] }],
  });
  expect(service()['template']).not.toHaveProperty('vpc_access');
});

test('labels of yours stand beside the own', () => {
  const labels = { team: 'risk' };
  const all = { 'managed-by': 'inferstack', 'inferstack-endpoint': 'serving-endpoint', team: 'risk' };
  expect(service({ labels })['labels']).toEqual(all);
  expect(synthesize({ labels }).find('google_storage_bucket')['labels']).toEqual(all);
});

test('the operator hears of what the platform cuts short, and of a tag that may move', () => {
  const warnings = (props: Props) =>
    inStack((stack) => endpointIn(stack, {}, props).node.metadata.map(({ data }) => String(data)));
  expect(warnings({})).toEqual([expect.stringContaining('10 s after the stop signal')]);
  const runtime = {
    requestTimeout: Duration.seconds(4),
    drainDelay: Duration.seconds(2),
    drainTimeout: Duration.seconds(8),
  };
  expect(warnings({ runtime })).toEqual([]);
});
