import type { ServiceDefinition } from 'inferstack/compose';
import { parse } from 'yaml';
import { renderCompose } from '../../lib/compose/write-project';
import { schemaErrors } from './support/compose-schema';
import { IMAGE, synthesize } from './support/synthesize';
import { variants } from './support/variants';

describe.each(Object.entries(variants))('%s', (_, { options, props, project }) => {
  const { document, endpoint } = synthesize(options, props, project);
  const { native, plan } = endpoint;
  const services = Object.entries(document.services);
  const replicas = [...native.replicas, native.surge];

  test('fits the schema of the Compose Specification, as it is written', () => {
    expect(schemaErrors(parse(renderCompose(document)))).toEqual([]);
  });

  test.each(services)('%s may do little and take little', (_name, service) => {
    expect(service).toMatchObject({
      init: true,
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      pids_limit: expect.any(Number),
      mem_limit: service.memswap_limit,
      restart: 'unless-stopped',
      logging: {
        driver: 'json-file',
        options: { 'max-size': expect.any(String), 'max-file': expect.any(String) },
      },
    });
    expect(service.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(service.cap_add).toBeUndefined();
    for (const volume of service.volumes ?? [])
      expect(volume.read_only ?? volume.type === 'volume').toBe(true);
  });

  test('management is published nowhere, and replicas not at all', () => {
    for (const { definition } of replicas) expect(definition.ports).toBeUndefined();
    const published = services.flatMap(([name, { ports = [] }]) =>
      ports.map(({ target }) => `${name}:${target}`),
    );
    expect(
      published.every((port) => /^(tumours|growths):(8080|8082|8443)$|^prometheus:9090$/.test(port)),
    ).toBe(true);
  });

  test('replicas have no way out, but for a model that comes from a URL', () => {
    for (const { definition } of replicas) {
      const open = Object.keys(definition.networks!).filter(
        (name) => document.networks[name]!.internal !== true,
      );
      expect(open).toEqual(native.egress === undefined ? [] : [native.egress.name]);
    }
    expect(native.egress === undefined).toBe(endpoint.runtimeConfig.models[0]!.uri.startsWith('/'));
  });

  test('as many replicas as planned, all alike, and one more for rollouts alone', () => {
    expect(native.replicas).toHaveLength(plan.scaling.minReplicas);
    const { profiles, ...surge } = native.surge.definition;
    expect(profiles).toEqual(['rollout']);
    for (const { definition } of native.replicas) expect(definition).toEqual(surge);
  });

  test('what the file names is written beside it', () => {
    const written = endpoint.node.findAll().flatMap((element) => ('path' in element ? [element.path] : []));
    const sources = services.flatMap(([, { volumes = [], build }]) => [
      ...volumes.map(({ source }) => source!),
      ...(build === undefined ? [] : [build.context]),
    ]);
    const relative = sources.filter((source) => source.startsWith('./')).map((source) => source.slice(2));
    for (const source of relative.filter((name) => name !== 'monitoring')) {
      expect(written.some((name) => name === source || `${name}`.startsWith(`${source}/`))).toBe(true);
    }
  });
});

test('the schema sees an unknown field and a wrong type', () => {
  const { document, endpoint } = synthesize();
  const { definition } = endpoint.native.balancer;
  Object.assign(definition, { memory: '1g', cap_drop: 'ALL' });
  expect(schemaErrors(parse(renderCompose(document))).join('\n')).toMatch(/cap_drop must be array.*|memory/s);
  expect(schemaErrors(parse(renderCompose(document))).length).toBeGreaterThan(1);
});

describe('a replica', () => {
  const replica = (props = {}): ServiceDefinition =>
    synthesize({}, props).endpoint.native.replicas[0]!.definition;

  test('has what the plan says', () => {
    const duration = (ms: number) => ({ toMilliseconds: () => ms });
    const service = replica({
      resources: { cpuMillis: 2500, memoryMiB: 768, architecture: 'arm64' },
      runtime: { drainDelay: duration(7000), drainTimeout: duration(41_000) },
      monitoring: { logRetentionDays: 90 },
    });
    expect(service).toMatchObject({
      image: IMAGE,
      pull_policy: 'missing',
      platform: 'linux/arm64',
      cpus: 2.5,
      mem_limit: '768m',
      // 7 s and 41 s, and 5 s to leave.
      stop_grace_period: '53s',
      stop_signal: 'SIGTERM',
      user: '10001:10001',
    });
    expect(service.labels!['dev.inferstack.log-retention-days']).toBe('90');
    expect(service.healthcheck!.start_period).toBe('900s');
  });

  test('an image that is not pinned is asked for anew', () => {
    const { RuntimeImage } = jest.requireActual<typeof import('inferstack')>('inferstack');
    const image = RuntimeImage.fromRegistry('registry.example.com/inferstack/runtime:2');
    expect(replica({ runtime: { image } }).pull_policy).toBe('always');
  });
});

test('a dollar sign is no variable of Compose', () => {
  const { definition } = synthesize().endpoint.native.replicas[0]!;
  const own = JSON.stringify({ ...definition, volumes: [] }).replaceAll('$$', '');
  expect(own).not.toContain('$');
});

test('the probe of the balancer escapes what Compose and the shell would read', () => {
  const { healthcheck } = synthesize().endpoint.native.balancer.definition;
  expect(healthcheck!.test[1]).not.toContain('$');
});
