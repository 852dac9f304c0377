import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openModelPackage, writeModelArchive } from '@inferstack/runtime/model';
import { exampleModel } from '../../support/endpoint';
import { sha256 } from '../support/oci-server';
import { Project } from './project';
import { startServer } from './servers';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const [first, second] = ['1', '2'].map((version) => openModelPackage(exampleModel('breast-cancer', version)));

/** The reference registry of the distribution project. */
export async function checkOci(registry: string): Promise<void> {
  const data = mkdtempSync(path.join(tmpdir(), 'inferstack-oci-'));
  const config = path.join(data, 'config.json');
  // JSON is YAML as well.
  const storage = { filesystem: { rootdirectory: path.join(data, 'store') } };
  const server = await startServer((port) => {
    writeFileSync(config, JSON.stringify({ version: 0.1, storage, http: { addr: `127.0.0.1:${port}` } }));
    return [registry, 'serve', config];
  }, '/v2/');
  const project = new Project({ DOCKER_CONFIG: data });
  try {
    const base = `${server.origin}/v2/models/credit/`;
    const source = ['oci', `${new URL(server.origin).host}/models/credit:stable`];
    await push(base, 'stable', archive(first!.directory, data));
    const locked = await project.lock(source);
    assert.equal(locked.code, 0, JSON.stringify(locked.json));
    assert.equal(project.synthesize(source), first!.digest);

    await push(base, 'stable', archive(second!.directory, data));
    project.forgetCache();
    assert.equal((await project.inferstack(source, 'model', 'fetch')).code, 0);
    assert.equal(project.synthesize(source), first!.digest, 'the lock names the digest, not the tag');
    assert.equal((await project.lock(source)).code, 0);
    assert.equal(project.synthesize(source), second!.digest);
    const missing = await project.lock(['oci', `${new URL(server.origin).host}/models/credit:none`]);
    assert.equal(missing.code, 1);
  } finally {
    await server.stop();
    project.remove();
    rmSync(data, { recursive: true, force: true });
  }
}

function archive(directory: string, data: string): Buffer {
  const file = path.join(data, 'package.tar.gz');
  writeModelArchive(openModelPackage(directory), file);
  return readFileSync(file);
}

/** As `oras push` does. Source: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#push */
async function push(base: string, tag: string, layer: Buffer): Promise<void> {
  const config = Buffer.from('{}');
  for (const blob of [config, layer]) await pushBlob(base, blob);
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST,
    artifactType: 'application/vnd.inferstack.model.v1',
    config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: sha256(config), size: config.length },
    layers: [
      {
        mediaType: 'application/vnd.inferstack.model.v1.tar+gzip',
        digest: sha256(layer),
        size: layer.length,
      },
    ],
  });
  const headers = { 'content-type': MANIFEST };
  const answer = await fetch(`${base}manifests/${tag}`, { method: 'PUT', headers, body: manifest });
  assert.equal(answer.status, 201, await answer.text());
}

async function pushBlob(base: string, blob: Buffer): Promise<void> {
  const started = await fetch(`${base}blobs/uploads/`, { method: 'POST' });
  assert.equal(started.status, 202, await started.text());
  const url = new URL(started.headers.get('location')!, base);
  url.searchParams.set('digest', sha256(blob));
  const headers = { 'content-type': 'application/octet-stream' };
  const answer = await fetch(url, { method: 'PUT', headers, body: new Uint8Array(blob) });
  assert.equal(answer.status, 201, await answer.text());
}
