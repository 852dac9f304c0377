import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { maskHashes } from 'inferstack/testing';
import { parse } from 'yaml';
import { temporaryFolder } from '../support/temporary-folder';
import { schemaErrors } from './support/compose-schema';

const ROOT = path.resolve(__dirname, '../..');

test('the example is what was reviewed, and fits the schema', async () => {
  const directory = temporaryFolder();
  await promisify(execFile)(
    process.execPath,
    [path.join(ROOT, 'node_modules/tsx/dist/cli.mjs'), 'examples/compose-endpoint/main.ts'],
    { cwd: ROOT, env: { ...process.env, INFERSTACK_COMPOSE_OUTDIR: directory } },
  );
  const document = parse(readFileSync(path.join(directory, 'compose.yaml'), 'utf8'));
  expect(schemaErrors(document)).toEqual([]);
  const { 'digits-2': second, 'digits-3': third, ...services } = document.services;
  expect([second, third]).toEqual([services['digits-1'], services['digits-1']]);
  // Hashes of the runtime and of the configuration are shorter than digests.
  const text = JSON.stringify(maskHashes({ ...document, services }))
    .replace(/(inferstack-runtime:|runtime\/)[0-9a-f]{16}/g, '$1<hash>')
    .replace(/digits-[0-9a-f]{8}\.json/g, 'digits-<hash>.json');
  expect(JSON.parse(text)).toMatchSnapshot();
});
