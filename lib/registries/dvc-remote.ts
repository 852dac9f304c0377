import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  download,
  LOADING_OPTIONS,
  type PackageLocation,
  parsePackageUri,
} from '@inferstack/runtime/loading';
import { registryError } from './problems';

/** Values of `.dvc/config` and `.dvc/config.local` by section: `core`, `remote "name"`. */
type DvcConfig = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * Where `dvc push` put the data: what the app says (a name of the configuration, a directory, an address), or the
 * default of the configuration.
 *
 * Source: https://dvc.org/doc/user-guide/project-structure/configuration
 */
export async function dvcRemote(
  at: string,
  root: string | undefined,
  given: string | undefined,
): Promise<string> {
  const config = root === undefined ? new Map<string, never>() : await readConfig(root);
  const name = given ?? config.get('core')?.get('remote');
  const url = name === undefined ? undefined : config.get(`remote "${name}"`)?.get('url');
  if (url !== undefined) return absolute(url, path.join(root!, '.dvc'));
  if (given !== undefined) return absolute(given, process.cwd());
  throw registryError('REGISTRY_SETTING', at, {
    what: 'there is no default remote in .dvc/config',
    got: name ?? 'nothing',
    allowed: 'a remote with a url',
    remedy: 'Run `dvc remote add -d <name> <url>`, or give { remote } to ModelSource.fromDvc.',
  });
}

/** The directory that holds `.dvc/`, at or above the one of the file. */
export async function dvcRoot(from: string): Promise<string | undefined> {
  for (let directory = path.resolve(from); ; directory = path.dirname(directory)) {
    const found = await readFile(path.join(directory, '.dvc', 'config'), 'utf8').then(
      () => true,
      () => false,
    );
    if (found) return directory;
    if (path.dirname(directory) === directory) return undefined;
  }
}

/** Copies one object of the remote to `file`, wherever the remote is. */
export async function fetchObject(
  remote: string,
  md5: string,
  at: string,
): Promise<(file: string) => Promise<string>> {
  const key = `files/md5/${md5.slice(0, 2)}/${md5.slice(2)}`;
  const location: PackageLocation = {
    ...parsePackageUri(`${remote.replace(/\/+$/, '')}/${key}`),
    shown: `${at} ${key}`,
  };
  return async (file) => {
    if (location.kind === 'local') return location.path;
    await download(location, file, LOADING_OPTIONS);
    return file;
  };
}

async function readConfig(root: string): Promise<DvcConfig> {
  const sections = new Map<string, Map<string, string>>();
  for (const name of ['config', 'config.local']) {
    const text = await readFile(path.join(root, '.dvc', name), 'utf8').catch(() => '');
    parseConfig(text, sections);
  }
  return sections;
}

/** The form of configobj, as DVC writes it: `['remote "name"']`, `key = value`. */
function parseConfig(text: string, sections: Map<string, Map<string, string>>): void {
  let section = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, header] = /^\s*\['?(.+?)'?\]\s*$/.exec(line) ?? [];
    if (header !== undefined) {
      section = sections.get(header) ?? new Map<string, string>();
      sections.set(header, section);
      continue;
    }
    const [, key, value] = /^\s*([\w-]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (key !== undefined) section.set(key, value!.replace(/^(['"])(.*)\1$/, '$2'));
  }
}

const absolute = (remote: string, base: string): string =>
  /^[a-z][a-z0-9+.-]+:\/\//i.test(remote) ? azure(remote) : path.resolve(base, remote);

/** DVC writes `azure://container/path` and takes the account from elsewhere; `azblob://account/...` is this project's. */
function azure(remote: string): string {
  if (!remote.startsWith('azure://')) return remote;
  const account = process.env['AZURE_STORAGE_ACCOUNT'];
  if (account) return remote.replace('azure://', `azblob://${account}/`);
  throw registryError('REGISTRY_SETTING', remote, {
    what: 'the storage account of the DVC remote is not known',
    remedy: 'Set AZURE_STORAGE_ACCOUNT.',
  });
}
