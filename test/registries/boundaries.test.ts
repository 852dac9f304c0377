import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');
const NETWORK = /from 'node:(http|https|http2|net|tls|dns|dgram)|\bfetch\(|from 'undici'|runtime\/loading'/;

function sources(folder: string): [string, string][] {
  return (readdirSync(path.join(ROOT, folder), { recursive: true }) as string[])
    .filter((file) => file.endsWith('.ts'))
    .map((file) => [`${folder}/${file}`, readFileSync(path.join(ROOT, folder, file), 'utf8')]);
}

test('core speaks with no network: a source reads the lock and the cache', () => {
  const found = sources('lib/core').filter(([, text]) => NETWORK.test(text));
  expect(found.map(([file]) => file)).toEqual([]);
  expect(sources('lib/registries').some(([, text]) => NETWORK.test(text))).toBe(true);
});

test('registries are loaded by the command alone', () => {
  const importers = sources('lib').filter(
    ([file, text]) => !file.startsWith('lib/registries/') && /['"(/]registries\//.test(text),
  );
  expect(importers.map(([file]) => file).sort()).toEqual(['lib/cli/model-fetch.ts', 'lib/cli/model-lock.ts']);
});

test('registries import no target', () => {
  const foreign = sources('lib/registries').filter(([, text]) =>
    /from '\.\.\/(aws|azure|compose|gcp|kubernetes|terraform)\//.test(text),
  );
  expect(foreign.map(([file]) => file)).toEqual([]);
});

test('a model from a directory loads neither resolvers nor store clients', () => {
  const script = `require('inferstack'); console.log(JSON.stringify(Object.keys(require.cache)))`;
  const output = execFileSync(process.execPath, ['-e', script], { cwd: ROOT, encoding: 'utf8' });
  const files = JSON.parse(output) as string[];
  expect(files.some((file) => file.endsWith('dist/core/model-source.js'))).toBe(true);
  const heavy = /dist\/registries|runtime\/dist\/loading|node_modules\/(opendal|tsx)\//;
  expect(files.filter((file) => heavy.test(file))).toEqual([]);
});
