import { cp, mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { download, LOADING_OPTIONS } from '@inferstack/runtime/loading';
import { insideOf } from './inside-of';
import { registryError } from './problems';
import { requestJson } from './request';

/** A tracking server with what every request to it carries. */
export interface MlflowServer {
  /** Ends in a slash. */
  readonly base: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly at: string;
  readonly access: string;
}

const MAX_FILES = 10_000;

/**
 * Copies the artifacts of a model version: through the server that proxies them, or from this machine.
 *
 * Source: https://mlflow.org/docs/latest/self-hosting/architecture/artifact-store/
 */
export async function fetchMlflowArtifacts(
  server: MlflowServer,
  uri: string,
  directory: string,
): Promise<void> {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(uri)?.[1]?.toLowerCase();
  if (scheme === undefined) return copyLocal(server, uri, directory);
  if (scheme === 'file') return copyLocal(server, fileURLToPath(uri), directory);
  if (scheme !== 'mlflow-artifacts') throw unsupported(server, `${scheme}:`);
  const { host, pathname } = new URL(uri);
  if (host !== '' && host !== server.base.host) throw unsupported(server, `mlflow-artifacts://${host}`);
  const root = decodeURIComponent(pathname).replace(/^\/+|\/+$/g, '');
  const files = await listFiles(server, root);
  for (const file of files) {
    const target = insideOf(server.at, directory, file);
    await mkdir(path.dirname(target), { recursive: true });
    const url = artifactUrl(server, `${root}/${file}`);
    const location = { kind: 'http', url, shown: `${server.at} ${file}` } as const;
    await download(location, target, LOADING_OPTIONS, undefined, server.headers);
  }
}

/** All files below a folder of the server, relative to it. */
async function listFiles(server: MlflowServer, root: string): Promise<string[]> {
  const found: string[] = [];
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const { path: name, is_dir: isFolder } of await listFolder(
      server,
      [root, folder].filter(Boolean).join('/'),
    )) {
      const relative = folder === '' ? name : `${folder}/${name}`;
      (isFolder ? folders : found).push(relative);
      if (found.length + folders.length > MAX_FILES) throw tooMany(server);
    }
  }
  if (found.length > 0) return found.sort();
  throw registryError('REGISTRY_NOT_FOUND', server.at, {
    what: 'the model version has no artifacts',
    remedy:
      'Log the package as artifacts of the run, and register the version with that folder as its source.',
  });
}

async function listFolder(
  server: MlflowServer,
  folder: string,
): Promise<{ path: string; is_dir: boolean }[]> {
  const url = artifactUrl(server, '');
  url.searchParams.set('path', folder);
  const { files = [] } = await requestJson({
    url,
    headers: server.headers,
    at: server.at,
    access: server.access,
  });
  if (!Array.isArray(files)) throw badListing(server);
  return files.map((file: { path?: unknown; is_dir?: unknown } | null) => {
    if (typeof file?.path !== 'string' || file.path.includes('/')) throw badListing(server);
    return { path: file.path, is_dir: file.is_dir === true };
  });
}

function artifactUrl({ base }: MlflowServer, file: string): URL {
  const encoded = file.split('/').map(encodeURIComponent).join('/');
  return new URL(`api/2.0/mlflow-artifacts/artifacts${file === '' ? '' : `/${encoded}`}`, base);
}

async function copyLocal(server: MlflowServer, from: string, directory: string): Promise<void> {
  const found = await stat(from).catch(() => undefined);
  if (found === undefined) throw unsupported(server, from);
  await cp(from, found.isDirectory() ? directory : path.join(directory, path.basename(from)), {
    recursive: true,
  });
}

const unsupported = (server: MlflowServer, got: string): Error =>
  registryError('REGISTRY_UNSUPPORTED', server.at, {
    what: 'the artifacts are neither behind the tracking server nor on this machine',
    got,
    allowed: 'mlflow-artifacts: (a server that proxies artifacts), or a path of this machine',
    remedy:
      'Start the server with --artifacts-destination, or put the package archive into the store and use ModelSource.fromUri.',
  });

const badListing = (server: MlflowServer): Error =>
  registryError('REGISTRY_ANSWER', server.at, {
    what: 'the listing of artifacts has not the documented form',
    remedy: `Check that ${server.base.host} is an MLflow tracking server.`,
  });

const tooMany = (server: MlflowServer): Error =>
  registryError('REGISTRY_UNSUPPORTED', server.at, {
    what: 'the model version has too many files',
    allowed: `at most ${MAX_FILES}`,
    remedy: 'Register the folder of the package alone.',
  });
