import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { schemaErrors } from '../compose/support/compose-schema';
import { temporaryFolder } from '../support/temporary-folder';

const ROOT = path.resolve(__dirname, '../..');

test('the example is what was reviewed, and fits the schema', async () => {
  const directory = temporaryFolder();
  await promisify(execFile)(
    process.execPath,
    [path.join(ROOT, 'node_modules/tsx/dist/cli.mjs'), 'examples/pipeline/main.ts'],
    { cwd: ROOT, env: { ...process.env, INFERSTACK_COMPOSE_OUTDIR: directory } },
  );
  expect(schemaErrors(parse(readFileSync(path.join(directory, 'compose.yaml'), 'utf8')))).toEqual([]);
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  const config = files.find((file) => /referral-[0-9a-f]{8}\.json$/.test(file))!;
  const { models, pipelines } = JSON.parse(readFileSync(path.join(directory, config), 'utf8'));
  expect(models.map(({ name, version }: { name: string; version: string }) => `${name}/${version}`)).toEqual([
    'breast-cancer/1',
    'breast-cancer/2',
  ]);
  expect(pipelines).toMatchSnapshot();
}, 60_000);
