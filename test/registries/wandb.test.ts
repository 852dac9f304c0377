import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ModelPackage } from '@inferstack/runtime/model';
import { ModelSource } from 'inferstack';
import { parseWandb, readLock, writeLock } from '../../lib/core/model-lock';
import { fetchLocked, resolveSource } from '../../lib/registries';
import { archiveOf, model, other, scratch } from '../loading/support/package-archive';
import { type KeptFile, type KeptVersion, WandbStandIn } from './support/wandb-server';
import { failure, useWorkspace } from './support/workspace';

const folder = scratch();
let wandb: WandbStandIn;

useWorkspace();
beforeEach(async () => {
  wandb = await new WandbStandIn().start();
});
afterEach(() => wandb.server.stop());

/** A package as `artifact.add_dir` logs it. */
const filesOf = ({ directory, files }: ModelPackage): Record<string, KeptFile> =>
  Object.fromEntries(
    files.map((file) => [file.path, { bytes: readFileSync(path.join(directory, file.path)) }]),
  );

const log = (pkg: ModelPackage, aliases: string[], more: Partial<KeptVersion> = {}) =>
  wandb.versions.push({ aliases, files: filesOf(pkg), ...more });

const ARTIFACT = 'risk-team/credit/credit-risk';
const resolve = (alias: string, env: Record<string, string> = {}) =>
  resolveSource(
    { kind: 'wandb', artifact: `${ARTIFACT}:${alias}` },
    { WANDB_BASE_URL: wandb.server.origin, ...env },
  );
const cached = (digest: string) => path.join('.inferstack', 'models', digest.replace(':', '-'));

test('an alias becomes its version, and the package is in the cache', async () => {
  log(other, []);
  log(model, ['latest', 'champion']);
  expect(await resolve('champion')).toEqual({
    digest: model.digest,
    model: 'breast-cancer 1',
    resolved: { kind: 'wandb', artifact: `${ARTIFACT}:v1`, baseUrl: wandb.server.origin },
  });
  expect(existsSync(path.join(cached(model.digest), 'model.onnx'))).toBe(true);
});

test('the locked version gives the same package after the alias has moved', async () => {
  log(model, []);
  log(other, ['champion']);
  const { resolved } = await resolve('v0');
  expect((await resolve('champion')).digest).toBe(other.digest);
  expect((await resolveSource(resolved)).digest).toBe(model.digest);
});

test('what is locked is fetched again, and an app opens it without the network', async () => {
  log(model, ['champion']);
  const source = `wandb ${ARTIFACT}:champion`;
  writeLock({ [source]: await resolve('champion') });
  const lock = readLock()!;
  expect(await fetchLocked(lock)).toMatchObject([{ source, downloaded: false }]);
  const asked = wandb.server.requests.length;
  expect(ModelSource.fromWandb(`${ARTIFACT}:champion`).bind().digest).toBe(model.digest);
  expect(wandb.server.requests).toHaveLength(asked);
});

test('an archive is unpacked', async () => {
  wandb.versions.push({
    aliases: ['latest'],
    files: { 'model.tar.gz': { bytes: archiveOf(model, folder) } },
  });
  expect((await resolve('latest')).digest).toBe(model.digest);
});

test('files come in as many pages as the server makes', async () => {
  log(model, ['latest']);
  wandb.page = 1;
  expect((await resolve('latest')).digest).toBe(model.digest);
  const questions = wandb.server.requests.filter(({ url }) => url === '/graphql');
  expect(questions).toHaveLength(1 + model.files.length);
});

test('the key goes to the server alone, and neither it nor a signature into the lock', async () => {
  log(model, ['latest']);
  wandb.key = 'local-key-7f3a';
  const entry = await resolve('latest', { WANDB_API_KEY: wandb.key });
  expect(JSON.stringify(entry)).not.toMatch(/local-key|signature/);
  const [questions, downloads] = [/^\/graphql/, /^\/store/].map((route) =>
    wandb.server.requests.filter(({ url }) => route.test(url)),
  );
  const basic = `Basic ${Buffer.from('api:local-key-7f3a').toString('base64')}`;
  expect(new Set(questions!.map(({ headers }) => headers.authorization))).toEqual(new Set([basic]));
  expect(new Set(downloads!.map(({ headers }) => headers.authorization))).toEqual(new Set([undefined]));
});

test('a wrong key: refused, with what to set', async () => {
  log(model, ['latest']);
  wandb.key = 'another';
  const { problems } = await failure(resolve('latest', { WANDB_API_KEY: 'wrong' }));
  expect(problems).toMatchObject([
    { code: 'REGISTRY_DENIED', remedy: expect.stringContaining('WANDB_API_KEY') },
  ]);
  expect(JSON.stringify(problems)).not.toContain('wrong');
});

test.each([
  ['an unknown alias', `${ARTIFACT}:challenger`, /no such artifact or alias/],
  ['an unknown artifact', 'risk-team/credit/fraud:latest', /no such artifact or alias/],
  ['an unknown project', 'risk-team/other/credit-risk:latest', /no such project, or the key may not read it/],
])('%s is not found', async (_, artifact, what) => {
  log(model, ['latest']);
  const request = { kind: 'wandb', artifact, baseUrl: wandb.server.origin } as const;
  const { problems } = await failure(resolveSource(request, {}));
  expect(problems).toMatchObject([{ code: 'REGISTRY_NOT_FOUND', what: expect.stringMatching(what) }]);
});

test.each(['PENDING', 'DELETED'])('a version that is %s is refused', async (state) => {
  log(model, ['latest'], { state });
  expect((await failure(resolve('latest'))).problems).toMatchObject([
    { code: 'REGISTRY_NOT_FOUND', got: state },
  ]);
});

test.each([
  ['changed', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -1), Buffer.from([1])])],
  ['cut off', (bytes: Buffer) => bytes.subarray(0, -1)],
])('a file that was %s on the way is not taken', async (_, change) => {
  const files = filesOf(model);
  const { bytes } = files['model.onnx']!;
  log(model, ['latest'], { files: { ...files, 'model.onnx': { bytes, kept: change(bytes) } } });
  expect((await failure(resolve('latest'))).problems).toMatchObject([
    { code: 'REGISTRY_CORRUPT', what: 'the bytes of model.onnx are not those of the manifest' },
  ]);
  expect(existsSync(cached(model.digest))).toBe(false);
});

test('of a digest that is not MD5 the size is compared', async () => {
  const marked = (file: KeptFile) => ({ ...file, entry: { digest: 'AAAA', extra: { alg: 'XXH128' } } });
  const files = Object.fromEntries(
    Object.entries(filesOf(model)).map(([name, file]) => [name, marked(file)]),
  );
  log(model, ['latest'], { files });
  expect((await resolve('latest')).digest).toBe(model.digest);
  const { bytes } = files['model.onnx']!;
  const short = { ...marked({ bytes }), kept: bytes.subarray(1) };
  log(model, ['short'], { files: { ...files, 'model.onnx': short } });
  expect((await failure(resolve('short'))).code).toBe('REGISTRY_CORRUPT');
});

test('a reference to a file elsewhere is refused with the way out', async () => {
  const files = { 'model.tar.gz': { bytes: Buffer.from('x'), entry: { ref: 's3://bucket/model.tar.gz' } } };
  wandb.versions.push({ aliases: ['latest'], files });
  expect((await failure(resolve('latest'))).problems).toMatchObject([
    { code: 'REGISTRY_UNSUPPORTED', remedy: expect.stringContaining('ModelSource.fromUri') },
  ]);
});

test('a file whose name leads outside is refused', async () => {
  wandb.versions.push({ aliases: ['latest'], files: { '../model.yaml': { bytes: Buffer.from('x') } } });
  expect((await failure(resolve('latest'))).code).toBe('REGISTRY_ANSWER');
});

test('what is no package is kept for the import', async () => {
  const { bytes } = filesOf(model)['model.onnx']!;
  wandb.versions.push({ aliases: ['latest'], files: { 'model.onnx': { bytes } } });
  const [problem] = (await failure(resolve('latest'))).problems;
  expect(problem).toMatchObject({ code: 'REGISTRY_NOT_A_PACKAGE' });
  const [, kept] = /model import (\S+)/.exec(problem!.remedy)!;
  expect(existsSync(path.join(kept!, 'model.onnx'))).toBe(true);
});

test('an error that the server tells in its answer is told', async () => {
  wandb.server.handler = (_, response) =>
    response.writeHead(200).end('{"data":null,"errors":[{"message":"Cannot query field"}]}');
  expect((await failure(resolve('latest'))).problems).toMatchObject([
    { code: 'REGISTRY_ANSWER', what: expect.stringContaining('Cannot query field') },
  ]);
});

test.each([
  'credit-risk',
  'credit/credit-risk:latest',
  'a/b/c',
  'a/b/c:',
  'a/b/c:d/e',
  'a/b/c?d:e',
  'https://a/b/c:d',
])('%s is no artifact', (artifact) => {
  expect(() => ModelSource.fromWandb(artifact)).toThrow(/SOURCE_INVALID/);
});

test('names as W&B allows them are understood', () => {
  expect(parseWandb('my org/wandb-registry-model/Credit Risk_v2.1:v10')).toEqual({
    entity: 'my org',
    project: 'wandb-registry-model',
    name: 'Credit Risk_v2.1',
    alias: 'v10',
  });
});

test('an address with a key is refused, since it would be committed', () => {
  expect(() =>
    ModelSource.fromWandb(`${ARTIFACT}:latest`, { baseUrl: 'https://api:key@wandb.example.com' }),
  ).toThrow(/SOURCE_INVALID.*would be committed/s);
});
