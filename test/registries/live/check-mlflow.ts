import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { openModelPackage } from '@inferstack/runtime/model';
import { exampleModel } from '../../support/endpoint';
import { Project } from './project';
import type { LiveServer } from './servers';
import { startTracking } from './tracking-server';

const packages = ['1', '2'].map((version) => exampleModel('breast-cancer', version));
const [first, second] = packages.map((directory) => openModelPackage(directory).digest);

/** A real tracking server: versions, aliases, proxied artifacts, and a model that is no package. */
export async function checkMlflow(python: string): Promise<void> {
  const server = await startTracking(python);
  const project = new Project({ MLFLOW_TRACKING_URI: server.origin });
  try {
    execFileSync(python, [path.join(__dirname, 'publish.py'), server.origin, ...packages], {
      stdio: 'pipe',
    });
    await checkAlias(server, project);
    await checkImport(project);
  } finally {
    await server.stop();
    project.remove();
  }
}

async function checkAlias(server: LiveServer, project: Project): Promise<void> {
  const source = ['mlflow', 'models:/credit-risk@champion'];
  const locked = await project.lock(source);
  assert.equal(locked.code, 0, JSON.stringify(locked.json));
  const lock = JSON.parse(readFileSync(path.join(project.directory, 'inferstack.lock.json'), 'utf8')) as {
    models: Record<string, { digest: string; resolved: unknown }>;
  };
  const entry = lock.models['mlflow models:/credit-risk@champion']!;
  assert.equal(entry.digest, first);
  const resolved = { kind: 'mlflow', model: 'models:/credit-risk/1', trackingUri: server.origin };
  assert.deepEqual(entry.resolved, resolved);
  assert.equal(project.synthesize(source), first);

  await moveAlias(server, '2');
  assert.equal(project.synthesize(source), first, 'a moved alias changes nothing until the lock does');
  assert.equal((await project.lock(source, '--check')).code, 1);
  project.forgetCache();
  assert.equal((await project.inferstack(source, 'model', 'fetch')).code, 0);
  assert.equal(project.synthesize(source), first, 'fetch follows the lock, not the alias');

  assert.equal((await project.lock(source)).code, 0);
  assert.equal(project.synthesize(source), second);
  await checkMissing(project);
}

async function checkMissing(project: Project): Promise<void> {
  for (const model of ['models:/credit-risk@nobody', 'models:/credit-risk/9', 'models:/nothing/1']) {
    const { code, json } = await project.lock(['mlflow', model]);
    assert.deepEqual([code, codeOf(json)], [1, 'REGISTRY_NOT_FOUND'], JSON.stringify(json));
  }
}

/** A model with the ONNX flavor: refused as a package, kept, and imported as the message says. */
async function checkImport(project: Project): Promise<void> {
  const { json } = await project.lock(['mlflow', 'models:/raw-onnx/1']);
  assert.equal(codeOf(json), 'REGISTRY_NOT_A_PACKAGE', JSON.stringify(json));
  const [{ remedy }] = json['problems'] as [{ remedy: string }];
  const kept = /model import (\S+)/.exec(remedy)![1]!;
  const card = ['--owner', 'suite', '--intended-use', 'check', '--training-data', 'breast cancer'];
  const run = await project.inferstack([], 'model', 'import', kept, '--to', 'raw', '--name', 'raw', ...card);
  assert.deepEqual([run.code, run.json['checked']], [0, true], JSON.stringify(run.json));
  const { manifest } = openModelPackage(path.join(project.directory, 'raw'));
  assert.equal(manifest.name, 'raw');
  assert.equal(manifest.signature.inputs[0]!.columns![29]!.name, 'measurement 29');
}

const codeOf = (json: Readonly<Record<string, unknown>>): string =>
  (json['problems'] as { code: string }[])[0]!.code;

async function moveAlias({ origin }: LiveServer, version: string): Promise<void> {
  const body = JSON.stringify({ name: 'credit-risk', alias: 'champion', version });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${origin}/api/2.0/mlflow/registered-models/alias`, {
    method: 'POST',
    headers,
    body,
  });
  assert.equal(answer.status, 200);
}
