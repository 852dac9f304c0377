import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LOCK_FILE } from '../../lib/core/model-lock';
import { ArchiveServer, serving } from '../loading/support/archive-server';
import { archiveOf, model, other, scratch } from '../loading/support/package-archive';
import { WandbStandIn } from '../registries/support/wandb-server';
import { useWorkspace } from '../registries/support/workspace';
import { runCli } from '../support/run-cli';

const ROOT = path.resolve(__dirname, '../..');
const APP = path.join(ROOT, 'test/registries/support/source-app.ts');

const folder = scratch();
const first = archiveOf(model, folder);
const second = archiveOf(other, folder);
const server = new ArchiveServer();

useWorkspace();
beforeAll(() => server.start());
afterAll(() => server.stop());

beforeEach(() => {
  server.handler = serving(first);
  // The app runs elsewhere than its tsconfig.json.
  process.env.TSX_TSCONFIG_PATH = path.join(ROOT, 'tsconfig.json');
  process.env.TEST_SOURCE = JSON.stringify(['uri', `${server.origin}/credit.tar.gz`]);
  process.env.TEST_OUTPUT = path.resolve('built');
});
afterAll(() => {
  for (const name of ['TSX_TSCONFIG_PATH', 'TEST_SOURCE', 'TEST_OUTPUT']) delete process.env[name];
});

const lock = (...options: string[]) => runCli(['model', 'lock', APP, '--json', ...options]);
const fetchModels = () => runCli(['model', 'fetch', '--json']);

test('runs the app with the package it will get, and writes the lock', async () => {
  const { code, json } = await lock();
  expect(json()).toMatchObject({ ok: true, sources: [{ model: 'breast-cancer 1', digest: model.digest }] });
  expect(code).toBe(0);
  expect(readFileSync('built', 'utf8')).toBe(`${model.digest}\n`);
  const before = readFileSync(LOCK_FILE, 'utf8');
  expect(JSON.parse(before)).toEqual({
    lockVersion: 1,
    models: {
      [`uri ${server.origin}/credit.tar.gz`]: {
        digest: model.digest,
        model: 'breast-cancer 1',
        resolved: { kind: 'uri', uri: `${server.origin}/credit.tar.gz` },
      },
    },
  });
  expect((await lock('--check')).code).toBe(0);
  expect(readFileSync(LOCK_FILE, 'utf8')).toBe(before);
});

test('a registry that changed: --check tells, lock takes it, fetch refuses it', async () => {
  await lock();
  const before = readFileSync(LOCK_FILE, 'utf8');
  server.handler = serving(second);
  const check = await lock('--check');
  expect(check.code).toBe(1);
  expect(check.json()).toMatchObject({ ok: false, problems: [{ code: 'LOCK_OUTDATED' }] });
  expect(readFileSync(LOCK_FILE, 'utf8')).toBe(before);

  rmSync('.inferstack', { recursive: true });
  expect((await fetchModels()).json()).toMatchObject({ ok: false, problems: [{ code: 'LOCK_OUTDATED' }] });

  const { json } = await lock();
  expect(json()['changes']).toMatchObject([{ to: expect.stringContaining('breast-cancer 2') }]);
});

test('fetch fills an empty cache and repairs a changed one, and asks nobody otherwise', async () => {
  await lock();
  const cached = path.join('.inferstack', 'models', model.digest.replace(':', '-'));
  rmSync('.inferstack', { recursive: true });
  expect((await fetchModels()).json()).toMatchObject({ models: [{ downloaded: true }] });
  writeFileSync(path.join(cached, 'model.yaml'), 'changed');
  expect((await fetchModels()).json()).toMatchObject({ models: [{ downloaded: true }] });
  expect(readFileSync(path.join(cached, 'model.yaml'), 'utf8')).not.toBe('changed');
  server.requests.length = 0;
  expect((await fetchModels()).json()).toMatchObject({ models: [{ downloaded: false }] });
  expect(server.requests).toEqual([]);
});

test('a source that cannot be resolved is the problem, not the app that failed with it', async () => {
  server.handler = (_request, response) => void response.writeHead(404).end();
  const { code, json } = await lock();
  expect(code).toBe(1);
  expect(json()).toMatchObject({ problems: [{ code: 'LOAD_NOT_FOUND' }] });
  expect(existsSync(LOCK_FILE)).toBe(false);
});

test('an alias of W&B is locked as the version it names, and the key is written nowhere', async () => {
  const wandb = await new WandbStandIn().start();
  try {
    wandb.key = 'local-key-7f3a';
    wandb.versions.push({ aliases: ['champion'], files: { 'model.tar.gz': { bytes: first } } });
    const artifact = 'risk-team/credit/credit-risk';
    const source = ['wandb', `${artifact}:champion`, { baseUrl: wandb.server.origin }];
    process.env.TEST_SOURCE = JSON.stringify(source);
    process.env.WANDB_API_KEY = wandb.key;
    expect((await lock()).code).toBe(0);
    const text = readFileSync(LOCK_FILE, 'utf8');
    expect(Object.values(JSON.parse(text).models)).toMatchObject([
      { digest: model.digest, resolved: { kind: 'wandb', artifact: `${artifact}:v0` } },
    ]);
    expect(text).not.toContain(wandb.key);
    rmSync('.inferstack', { recursive: true });
    expect((await fetchModels()).json()).toMatchObject({ models: [{ downloaded: true }] });
  } finally {
    delete process.env.WANDB_API_KEY;
    await wandb.server.stop();
  }
});

test('fetch without a lock', async () => {
  expect((await fetchModels()).json()).toMatchObject({ problems: [{ code: 'LOCK_MISSING' }] });
});
