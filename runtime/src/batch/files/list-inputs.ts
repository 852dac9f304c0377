import { lstatSync } from 'node:fs';
import path from 'node:path';
import type { BatchSpec } from '../../contract';
import { shownUri } from '../../loading/package-uri';
import { BatchError } from '../problems';
import { type BatchLocation, parseBatchUri } from '../stores/location';
import { openStore } from '../stores/open-store';
import type { BatchStore } from '../stores/store';
import { type FileForm, fileForm } from './file-format';
import { httpFacts } from './http-facts';

/** A file to score, as it was when the run began. */
export interface InputFile extends FileForm {
  /** Its address without credentials and query. */
  readonly uri: string;
  readonly bytes: number;
  readonly etag: string;
  /** Columns by the `key=value` folders it lies in. */
  readonly partitions: Readonly<Record<string, string>>;
}

/**
 * Finds the files of the input, in the order of their addresses. Files and folders that begin with a dot or an
 * underscore are the business of whoever wrote them.
 *
 * @throws BatchError BATCH_INPUT_EMPTY, BATCH_INPUT_FORMAT, BATCH_STORE_FAILED, BATCH_URI_INVALID
 */
export async function listInputs(input: BatchSpec['input']): Promise<InputFile[]> {
  checkQueries(input.uris);
  const found = new Map<string, InputFile>();
  for (const uri of input.uris) for (const file of await listUri(uri, input)) found.set(file.uri, file);
  return [...found.values()].sort((a, b) => (a.uri < b.uri ? -1 : 1));
}

/** Files go by their address without a query, which may be a signature: of two that differ in it alone one would be lost. */
function checkQueries(uris: readonly string[]): void {
  const over = [...new Set(uris)].filter((uri) => /^https?:/i.test(uri)).map(shownUri);
  const twice = over.find((uri, i) => over.indexOf(uri) < i);
  if (twice === undefined) return;
  throw new BatchError({
    code: 'BATCH_URI_INVALID',
    at: twice,
    what: 'two addresses differ in their query or user alone',
    allowed: 'files that are told apart by their path',
    remedy: 'Give the files paths of their own, or score them in runs of their own.',
  });
}

async function listUri(uri: string, input: BatchSpec['input']): Promise<InputFile[]> {
  const { base, pattern } = splitPattern(uri);
  const location = parseBatchUri(base);
  if (location.kind === 'http') return [await httpFile(location, input)];
  const files =
    pattern === undefined
      ? await filesAt(location)
      : matching(await below(location), globExpression(pattern));
  if (files.length === 0) throw new BatchError(emptyInput(location.shown, pattern));
  return files.map(({ address, key, bytes, etag }) => ({
    uri: address,
    bytes,
    etag,
    partitions: partitionsOf(key),
    ...fileForm(key, input),
  }));
}

interface Found {
  readonly address: string;
  /** Below the folder that was asked for. */
  readonly key: string;
  readonly bytes: number;
  readonly etag: string;
}

/** The one file of this name, or everything below the folder of this name. */
async function filesAt(location: Exclude<BatchLocation, { kind: 'http' }>): Promise<Found[]> {
  const { parent, name } = splitName(location);
  if (name !== '' && !isDirectory(location)) {
    const store = await openStore(parent);
    const file = await store.stat(name);
    if (file !== undefined) return [found(parent, file.key, file)];
  }
  return below(location);
}

async function below(location: Exclude<BatchLocation, { kind: 'http' }>): Promise<Found[]> {
  const store: BatchStore = await openStore(location);
  const files = await store.list('');
  return files.filter(({ key }) => !hidden(key)).map((file) => found(location, file.key, file));
}

function found(folder: BatchLocation, key: string, file: { bytes: number; etag: string }): Found {
  const address =
    folder.kind === 'local' ? path.join(folder.path, key) : `${folder.shown.replace(/\/+$/, '')}/${key}`;
  return { address, key, bytes: file.bytes, etag: file.etag };
}

const hidden = (key: string): boolean => key.split('/').some((part) => /^[._]/.test(part));

function isDirectory(location: BatchLocation): boolean {
  return (
    location.kind === 'local' && (lstatSync(location.path, { throwIfNoEntry: false })?.isDirectory() ?? false)
  );
}

function splitName<T extends Exclude<BatchLocation, { kind: 'http' }>>(
  location: T,
): { parent: T; name: string } {
  if (location.kind === 'local') {
    const parent = { ...location, path: path.dirname(location.path), shown: path.dirname(location.path) };
    return { parent, name: path.basename(location.path) };
  }
  const at = location.key.lastIndexOf('/');
  const name = location.key.slice(at + 1);
  const shown = location.shown.replace(/\/+$/, '').slice(0, -name.length - 1);
  return { parent: { ...location, key: at < 0 ? '' : location.key.slice(0, at), shown }, name };
}

/** Where an address goes on with a pattern: at the first folder or name with a star. */
function splitPattern(uri: string): { base: string; pattern: string | undefined } {
  const star = uri.indexOf('*');
  if (star < 0 || /^https?:/i.test(uri)) return { base: uri, pattern: undefined };
  const slash = uri.lastIndexOf('/', star);
  return { base: uri.slice(0, slash + 1) || '.', pattern: uri.slice(slash + 1) };
}

/** `*` within a name, `**` across folders. */
function globExpression(pattern: string): RegExp {
  const parts = pattern
    .split(/(\*\*\/|\*\*|\*)/)
    .map((part) => GLOB[part] ?? part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('')}$`);
}

const GLOB: Readonly<Record<string, string>> = { '**/': '(?:[^/]+/)*', '**': '.*', '*': '[^/]*' };

const matching = (files: Found[], expression: RegExp): Found[] =>
  files.filter(({ key }) => expression.test(key));

/** The form of Hive: `date=2024-02-29/region=eu/part.parquet`. */
function partitionsOf(key: string): Record<string, string> {
  const folders = key.split('/').slice(0, -1);
  const pairs = folders.map((folder) => /^([^=]+)=(.*)$/.exec(folder)).filter((match) => match !== null);
  return Object.fromEntries(pairs.map(([, name, value]) => [name!, decoded(value!)]));
}

/** Not everybody who writes such folders encodes their values: `share=50%` means itself. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

async function httpFile(
  { url, shown }: Extract<BatchLocation, { kind: 'http' }>,
  input: BatchSpec['input'],
): Promise<InputFile> {
  const { bytes, etag } = await httpFacts(url, shown);
  return { uri: shown, bytes, etag, partitions: {}, ...fileForm(new URL(shown).pathname, input) };
}

function emptyInput(at: string, pattern: string | undefined) {
  return {
    code: 'BATCH_INPUT_EMPTY',
    at,
    what: pattern === undefined ? 'there is no file' : 'no file fits the pattern',
    ...(pattern !== undefined && { got: pattern }),
    remedy:
      'Check the address, and that whoever writes the files is done. Names that begin with . or _ are left out.',
  } as const;
}
