import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { download, LOADING_OPTIONS } from '@inferstack/runtime/loading';
import type { WandbReference } from '../core/model-lock';
import { insideOf } from './inside-of';
import { md5Of } from './md5-of';
import { registryError } from './problems';
import { requestJson } from './request';
import { badAnswer, field, isJson, type Json, queryProject, type WandbServer } from './wandb-server';

/** One version of an artifact, and where its manifest is for a while. */
export interface WandbVersion extends WandbReference {
  readonly manifestUrl: string;
}

/** A file as the manifest lists it. */
interface Entry {
  /** MD5, hexadecimal; undefined: of an algorithm that is not known here. */
  readonly md5: string | undefined;
  readonly bytes: number | undefined;
}

const MAX_FILES = 10_000;
const PAGE = 1000;

/** The fields are those of the client's own `GetArtifactMembershipFileUrls`. */
const FILES = `query GetArtifactMembershipFileUrls($entity: String!, $project: String!, $collection: String!, $alias: String!, $cursor: String, $perPage: Int) {
  project(name: $project, entityName: $entity) {
    artifactCollection(name: $collection) {
      artifactMembership(aliasName: $alias) {
        files(after: $cursor, first: $perPage) {
          pageInfo { endCursor hasNextPage }
          edges { node { name directUrl } }
        }
      }
    }
  }
}`;

/**
 * Downloads the files of a version from the addresses that the server signs, and compares each with the manifest.
 *
 * @throws ProblemError REGISTRY_UNSUPPORTED for references to files elsewhere, REGISTRY_CORRUPT, REGISTRY_ANSWER
 */
export async function fetchWandbFiles(
  server: WandbServer,
  version: WandbVersion,
  directory: string,
): Promise<void> {
  const entries = await readManifest(server, version.manifestUrl);
  const addresses = await fileAddresses(server, version);
  for (const [name, entry] of entries) {
    const address = addresses.get(name);
    if (address === undefined) throw badAnswer(server, `the server gives no address for ${name}`);
    const target = insideOf(server.at, directory, name);
    await mkdir(path.dirname(target), { recursive: true });
    // The address holds a signature: it is never shown.
    const location = { kind: 'http', url: address, shown: `${server.at} ${name}` } as const;
    await download(location, target, LOADING_OPTIONS);
    await compare(server, name, entry, target);
  }
}

async function readManifest(server: WandbServer, manifestUrl: string): Promise<Map<string, Entry>> {
  const url = addressOf(server, manifestUrl);
  const manifest = await requestJson({
    url,
    at: server.at,
    access: 'Check that the store of the server is reached.',
  });
  if (manifest['version'] !== 1 || !isJson(manifest['contents'])) {
    throw badAnswer(server, 'the manifest has not the documented form, version 1');
  }
  const listed = Object.entries(manifest['contents']);
  if (listed.length === 0 || listed.length > MAX_FILES) throw wrongNumber(server, listed.length);
  return new Map(listed.map(([name, entry]) => [name, parseEntry(server, name, entry)]));
}

function parseEntry(server: WandbServer, name: string, entry: unknown): Entry {
  const digest = field(entry, 'digest');
  const size = field(entry, 'size');
  if (typeof digest !== 'string') throw badAnswer(server, `the manifest has no digest of ${name}`);
  if (field(entry, 'ref') !== undefined) throw isReference(server, name);
  // Base64; what is not MD5 is marked.
  const md5 = Buffer.from(digest, 'base64').toString('hex');
  const isMd5 = field(entry, 'extra', 'alg') === undefined || field(entry, 'extra', 'alg') === 'MD5';
  return { md5: isMd5 ? md5 : undefined, bytes: typeof size === 'number' ? size : undefined };
}

async function fileAddresses(server: WandbServer, version: WandbReference): Promise<Map<string, URL>> {
  const { entity, project, name: collection, alias } = version;
  const found = new Map<string, URL>();
  let cursor: string | null = null;
  do {
    const variables = { entity, project, collection, alias, cursor, perPage: PAGE };
    const answer: Json = await queryProject(server, FILES, variables);
    const files = field(answer, 'artifactCollection', 'artifactMembership', 'files');
    const edges = field(files, 'edges');
    if (!Array.isArray(edges)) throw badAnswer(server, 'the server lists no files');
    for (const edge of edges) {
      const [name, address] = [field(edge, 'node', 'name'), field(edge, 'node', 'directUrl')];
      if (typeof name === 'string' && typeof address === 'string')
        found.set(name, addressOf(server, address));
    }
    if (found.size > MAX_FILES) throw wrongNumber(server, found.size);
    cursor = nextCursor(server, field(files, 'pageInfo'), cursor);
  } while (cursor !== null);
  return found;
}

function nextCursor(server: WandbServer, page: unknown, before: string | null): string | null {
  if (field(page, 'hasNextPage') !== true) return null;
  const next = field(page, 'endCursor');
  if (typeof next === 'string' && next !== before) return next;
  throw badAnswer(server, 'the list of files does not end');
}

function addressOf(server: WandbServer, address: string): URL {
  if (/^https?:\/\//.test(address) && URL.canParse(address)) return new URL(address);
  throw badAnswer(server, 'the server gives an address that is none');
}

async function compare(
  server: WandbServer,
  name: string,
  { md5, bytes }: Entry,
  file: string,
): Promise<void> {
  const got = { md5: await md5Of(file), bytes: (await stat(file)).size };
  const same = (md5 ?? got.md5) === got.md5 && (bytes ?? got.bytes) === got.bytes;
  if (same) return;
  throw registryError('REGISTRY_CORRUPT', server.at, {
    what: `the bytes of ${name} are not those of the manifest`,
    got: `${got.bytes} bytes, MD5 ${got.md5}`,
    allowed: `${bytes ?? 'any'} bytes, MD5 ${md5 ?? 'unknown'}`,
    remedy: 'Try again; if it stays, log the artifact again.',
  });
}

const isReference = (server: WandbServer, name: string): Error =>
  registryError('REGISTRY_UNSUPPORTED', server.at, {
    what: `the artifact only refers to ${name}, which is kept elsewhere`,
    allowed: 'files that W&B keeps (add_file, add_dir)',
    remedy: 'Log the files themselves, or name the store of the archive with ModelSource.fromUri.',
  });

const wrongNumber = (server: WandbServer, files: number): Error =>
  registryError('REGISTRY_UNSUPPORTED', server.at, {
    what: 'the artifact has no files, or too many',
    got: `${files} files`,
    allowed: `1 to ${MAX_FILES}`,
    remedy: 'Log the folder of the package, or its archive, alone.',
  });
