import { createHash } from 'node:crypto';
import path from 'node:path';
import { download, LOADING_OPTIONS } from '@inferstack/runtime/loading';
import { hashFile } from '@inferstack/runtime/model';
import { parseOci, type SourceRequest } from '../core/model-lock';
import { ARCHIVE } from './locate-uri';
import type { Environment, Located } from './located';
import { dockerCredentials, isThisMachine, OciClient } from './oci-auth';
import { registryError } from './problems';
import { parseObject, statusError } from './request';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;

interface Layer {
  readonly digest: string;
  readonly size: number;
}

/**
 * An OCI artifact whose one layer is the package archive. http is spoken with this machine alone.
 *
 * Source: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pull
 */
export async function locateOci(
  { reference }: Extract<SourceRequest, { kind: 'oci' }>,
  env: Environment,
): Promise<Located> {
  const { host, repository, target } = parseOci(reference);
  const base = new URL(`https://${host}/v2/${repository}/`);
  if (isThisMachine(base)) base.protocol = 'http:';
  const client = new OciClient(base, reference, await dockerCredentials(host, env));
  const text = await readManifest(client, target);
  const digest = sha256(text);
  if (target.startsWith('sha256:') && digest !== target) throw corrupt(reference, digest, target);
  const layer = onlyLayer(reference, text);
  return {
    resolved: { kind: 'oci', reference: `${host}/${repository}@${digest}` },
    fetchInto: (directory) => fetchLayer(client, layer, path.join(directory, ARCHIVE)),
  };
}

async function readManifest(client: OciClient, target: string): Promise<string> {
  const file = `manifests/${target}`;
  const response = await client.get(file, MANIFEST);
  if (!response.ok) {
    await response.body?.cancel();
    const access = 'Log in with `docker login` or `oras login`, and check that the account may pull.';
    throw statusError({ url: client.base, at: client.at, access }, response.status);
  }
  const text = await response.text();
  if (text.length <= MAX_MANIFEST_BYTES) return text;
  throw badManifest(client.at, 'the manifest is too large', `${text.length} bytes`);
}

function onlyLayer(at: string, text: string): Layer {
  const { layers, manifests } = parseObject(at, text);
  if (manifests !== undefined) throw badManifest(at, 'it is an index of several artifacts', 'an index');
  if (!Array.isArray(layers) || layers.length !== 1) {
    throw badManifest(at, 'it has not one layer', Array.isArray(layers) ? `${layers.length} layers` : 'none');
  }
  const { digest, size } = layers[0] as Partial<Layer>;
  if (typeof digest !== 'string' || !/^sha256:[0-9a-f]{64}$/.test(digest) || typeof size !== 'number') {
    throw badManifest(at, 'its layer has no digest or size', JSON.stringify(digest));
  }
  return { digest, size };
}

async function fetchLayer(client: OciClient, { digest, size }: Layer, file: string): Promise<void> {
  const url = new URL(`blobs/${digest}`, client.base);
  const location = { kind: 'http', url, shown: client.at } as const;
  await download(location, file, LOADING_OPTIONS, undefined, client.headers);
  const got = hashFile(file);
  if (`sha256:${got.sha256}` !== digest || got.bytes !== size)
    throw corrupt(client.at, `sha256:${got.sha256}`, digest);
}

const sha256 = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

const corrupt = (at: string, got: string, allowed: string): Error =>
  registryError('REGISTRY_CORRUPT', at, {
    what: 'the bytes have another digest than announced',
    got,
    allowed,
    remedy: 'Try again; if it stays, the registry or a proxy in front of it is damaged.',
  });

const badManifest = (at: string, what: string, got: string): Error =>
  registryError('REGISTRY_UNSUPPORTED', at, {
    what: `the artifact is not a package: ${what}`,
    got,
    allowed: 'an OCI image manifest with one layer, the archive of `inferstack model pack`',
    remedy: 'Push it with `oras push <reference> model.tar.gz:application/vnd.inferstack.model.v1.tar+gzip`.',
  });
