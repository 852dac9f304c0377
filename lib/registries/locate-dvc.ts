import { copyFile, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { show } from '@inferstack/runtime/contract';
import { parse } from 'yaml';
import type { SourceRequest } from '../core/model-lock';
import { dvcRemote, dvcRoot, fetchObject } from './dvc-remote';
import { insideOf } from './inside-of';
import type { Located } from './located';
import { md5Of } from './md5-of';
import { registryError } from './problems';

type DvcRequest = Extract<SourceRequest, { kind: 'dvc' }>;
type Fields = Readonly<Record<string, unknown>>;

/**
 * Data tracked with DVC 3, from where `dvc push` put it. Every file is held against its MD5; the lock pins the package
 * with SHA-256.
 *
 * Sources: https://dvc.org/doc/user-guide/project-structure/dvc-files
 * https://dvc.org/doc/user-guide/project-structure/internal-files
 */
export async function locateDvc(request: DvcRequest): Promise<Located> {
  const dvcFile = request.path.endsWith('.dvc') ? request.path : `${request.path}.dvc`;
  const hash = request.hash ?? (await readDvcFile(dvcFile));
  const remote = await dvcRemote(request.path, await dvcRoot(path.dirname(dvcFile)), request.remote);
  const md5 = hash.slice('md5:'.length);
  return {
    resolved: { ...request, hash },
    fetchInto: (directory) =>
      md5.endsWith('.dir')
        ? fetchDirectory(request.path, remote, md5, directory)
        : fetchFile(request.path, remote, md5, path.join(directory, path.basename(dvcFile, '.dvc'))),
  };
}

async function readDvcFile(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) {
    throw registryError('REGISTRY_NOT_FOUND', file, {
      what: 'there is no such file',
      allowed: 'the .dvc file that `dvc add` made',
      remedy: 'Give the path of the tracked directory or file; outputs of pipelines (dvc.lock) are not read.',
    });
  }
  const { outs } = asFields(file, parseYaml(file, text));
  if (!Array.isArray(outs) || outs.length !== 1) throw badForm(file, 'it has not one output', outs);
  const { md5, hash } = asFields(file, outs[0]);
  // Without the field it is of DVC 2, whose MD5 is of the text with other line ends, in another place of the remote.
  if (hash !== 'md5') {
    throw registryError('REGISTRY_UNSUPPORTED', file, {
      what: 'the file was not written by DVC 3',
      got: `hash: ${show(hash)}`,
      allowed: 'hash: md5',
      remedy: 'Run `dvc cache migrate --dvc-files` with DVC 3 and push again.',
    });
  }
  if (typeof md5 !== 'string' || !/^[0-9a-f]{32}(\.dir)?$/.test(md5))
    throw badForm(file, 'it has no MD5', md5);
  return `md5:${md5}`;
}

function parseYaml(file: string, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw badForm(file, (error as Error).message.split('\n')[0]!, undefined);
  }
}

/** A directory is a JSON list of its files, kept like a file. */
async function fetchDirectory(at: string, remote: string, md5: string, directory: string): Promise<void> {
  const scratch = await mkdtemp(`${directory}.`);
  try {
    const list = path.join(scratch, 'list.json');
    await fetchFile(at, remote, md5, list, md5.replace(/\.dir$/, ''));
    for (const { md5: fileHash, relpath } of parseList(at, await readFile(list, 'utf8'))) {
      const target = insideOf(at, directory, relpath);
      await mkdir(path.dirname(target), { recursive: true });
      await fetchFile(at, remote, fileHash, target);
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function parseList(at: string, text: string): { md5: string; relpath: string }[] {
  const list = JSON.parse(text) as unknown;
  if (!Array.isArray(list)) throw badForm(at, 'the list of the directory is none', list);
  return list.map((item) => {
    const { md5, relpath } = asFields(at, item);
    if (typeof md5 !== 'string' || !/^[0-9a-f]{32}$/.test(md5) || typeof relpath !== 'string') {
      throw badForm(at, 'an entry of the directory has no path or MD5', item);
    }
    return { md5, relpath };
  });
}

async function fetchFile(
  at: string,
  remote: string,
  object: string,
  file: string,
  md5 = object,
): Promise<void> {
  const fetched = await (await fetchObject(remote, object, at))(file);
  if (fetched !== file) await copyObject(at, fetched, file);
  const got = await md5Of(file);
  if (got === md5) return;
  throw registryError('REGISTRY_CORRUPT', at, {
    what: `the object ${object} of the remote has another MD5`,
    got,
    allowed: md5,
    remedy: 'Push the data again from a workspace that has it.',
  });
}

async function copyObject(at: string, from: string, to: string): Promise<void> {
  if ((await stat(from).catch(() => undefined)) === undefined) {
    throw registryError('REGISTRY_NOT_FOUND', at, {
      what: 'the remote has no such object',
      got: from,
      remedy: 'Run `dvc push`.',
    });
  }
  await copyFile(from, to);
}

function asFields(at: string, value: unknown): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw badForm(at, 'an entry is not a mapping', value);
}

const badForm = (at: string, what: string, got: unknown): Error =>
  registryError('REGISTRY_ANSWER', at, {
    what,
    ...(got === undefined ? {} : { got: show(got) }),
    allowed: 'the form that DVC 3 writes',
    remedy: 'Write it again with `dvc add`.',
  });
