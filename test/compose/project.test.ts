import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openModelPackage } from '@inferstack/runtime/model';
import type { RuntimeImage } from 'inferstack';
import { type ComposeProject, ComposeService, Exposure } from 'inferstack/compose';
import { parse } from 'yaml';
import { temporaryFolder } from '../support/temporary-folder';
import { endpointIn, project, synthesize } from './support/synthesize';

const list = (directory: string): string[] =>
  (readdirSync(directory, { recursive: true }) as string[])
    .filter((file) => statSync(path.join(directory, file)).isFile())
    .sort();
const bytes = (directory: string) =>
  list(directory).map((file) => [file, readFileSync(path.join(directory, file), 'base64')]);

test('the same program writes the same bytes, in whatever order its endpoints are created', () => {
  const create = {
    A: (scope: ComposeProject) => endpointIn(scope, { name: 'a' }, {}, 'A'),
    B: (scope: ComposeProject) =>
      endpointIn(scope, { name: 'b', exposure: Exposure.host({ port: 81 }) }, {}, 'B'),
  };
  const write = (...ids: (keyof typeof create)[]) => {
    const scope = project();
    for (const id of ids) create[id](scope);
    scope.synth();
    return scope.outdir;
  };
  const compose = (outdir: string) => readFileSync(path.join(outdir, 'compose.yaml'), 'utf8');
  const [first, again, otherOrder] = [write('A', 'B'), write('A', 'B'), write('B', 'A')];
  expect(bytes(again)).toEqual(bytes(first));
  expect(compose(otherOrder)).toBe(compose(first));
});

test('the bundled model is the package that was checked, and is readable by the user of the container', () => {
  const { project: scope, endpoint } = synthesize();
  const umask = process.umask(0o077);
  try {
    scope.synth();
  } finally {
    process.umask(umask);
  }
  const source = endpoint.native.replicas[0]!.definition.volumes![1]!.source!;
  const directory = path.join(scope.outdir, source);
  expect(openModelPackage(directory).digest).toBe(endpoint.plan.models[0].digest);
  expect(source).toContain(endpoint.plan.models[0].digest.slice('sha256:'.length));
  for (const file of list(scope.outdir))
    expect(statSync(path.join(scope.outdir, file)).mode & 0o444).toBe(0o444);
  expect(statSync(path.dirname(directory)).mode & 0o555).toBe(0o555);
});

test('what an older version runs from stays, and is not written again', () => {
  const { project: scope, endpoint } = synthesize();
  scope.synth();
  const volumes = endpoint.native.replicas[0]!.definition.volumes!;
  const next = synthesize({}, { runtime: { logLevel: 'warn' } }, { outdir: scope.outdir });
  const model = path.join(scope.outdir, volumes[1]!.source!, 'model.yaml');
  chmodSync(model, 0o600);
  next.project.synth();
  expect(statSync(model).mode & 0o777).toBe(0o600);
  for (const { source } of volumes) expect(existsSync(path.join(scope.outdir, source!))).toBe(true);
  expect(next.endpoint.native.replicas[0]!.definition.volumes![0]).not.toEqual(volumes[0]);
});

test('an image from source has its whole build context beside the Compose file', () => {
  const directory = temporaryFolder();
  for (const file of ['Dockerfile', 'package.json', 'npm-shrinkwrap.json', 'dist'])
    writeFileSync(path.join(directory, file), file);
  const image = { bind: () => ({ kind: 'source', directory }) as const } as unknown as RuntimeImage;
  const build = () => {
    const { project: scope, endpoint } = synthesize({}, { runtime: { image } });
    scope.synth();
    const { build, image: tag, pull_policy } = endpoint.native.replicas[0]!.definition;
    return { context: path.join(scope.outdir, build!.context), tag, pull_policy };
  };
  const first = build();
  expect(list(first.context)).toEqual(['Dockerfile', 'dist', 'npm-shrinkwrap.json', 'package.json']);
  expect(first.pull_policy).toBe('build');
  writeFileSync(path.join(directory, 'dist'), 'changed');
  expect(build().tag).not.toBe(first.tag);
});

describe('the escape hatch', () => {
  test('what is changed before synth is written', () => {
    const { project: scope, endpoint } = synthesize();
    const { native } = endpoint;
    for (const { definition } of [...native.replicas, native.surge]) definition.cpuset = '0-3';
    native.network.definition.ipam = { config: [{ subnet: '10.99.0.0/24' }] };
    native.balancerConfig.content += '# mine\n';
    new ComposeService(scope, 'Batch', 'batch', {
      image: 'registry.example.com/batch:1',
      networks: { [native.callers.name]: {} },
    });
    scope.synth();
    const written = parse(readFileSync(path.join(scope.outdir, 'compose.yaml'), 'utf8'));
    expect(written.services['tumours-surge'].cpuset).toBe('0-3');
    expect(written.networks.tumours.ipam.config[0].subnet).toBe('10.99.0.0/24');
    expect(written.services.batch.image).toBe('registry.example.com/batch:1');
    expect(readFileSync(path.join(scope.outdir, 'balancer/tumours/haproxy.cfg'), 'utf8')).toMatch(
      /# mine\n$/,
    );
  });

  test('the default child is the balancer', () => {
    const { endpoint } = synthesize();
    expect(endpoint.node.defaultChild).toBe(endpoint.native.balancer);
  });
});

test('INFERSTACK_COMPOSE_OUTDIR comes before the outdir of the program', () => {
  const folder = temporaryFolder();
  process.env.INFERSTACK_COMPOSE_OUTDIR = folder;
  try {
    expect(project({ outdir: 'elsewhere' }).outdir).toBe(folder);
  } finally {
    delete process.env.INFERSTACK_COMPOSE_OUTDIR;
  }
});

test('rollout.sh is a program that a POSIX shell can read', () => {
  const { project: scope } = synthesize({}, {}, { prometheus: {} });
  scope.synth();
  const script = path.join(scope.outdir, 'rollout.sh');
  expect(statSync(script).mode & 0o111).toBe(0o111);
  execFileSync('sh', ['-n', script]);
});
