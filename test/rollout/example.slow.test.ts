import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { parseRuntimeConfig } from '../../runtime/src/contract';
import { UpProcess } from '../local/support/up-process';
import { alive, until } from '../local/support/wait';
import { inferBody, ROWS } from '../pipelines/support/features';
import { temporaryFolder } from '../support/temporary-folder';

jest.setTimeout(120_000);

const ROOT = path.resolve(__dirname, '../..');
const APP = 'examples/shadow/main.ts';

interface Manifest {
  readonly kind: string;
  readonly data?: Readonly<Record<string, string>>;
}

test('the example is synthesized with both versions, the gates and the place of the keys', async () => {
  const directory = temporaryFolder();
  await promisify(execFile)(process.execPath, [path.join(ROOT, 'node_modules/tsx/dist/cli.mjs'), APP], {
    cwd: ROOT,
    env: { ...process.env, CDK8S_OUTDIR: directory },
  });
  const text = readdirSync(directory)
    .map((file) => readFileSync(path.join(directory, file), 'utf8'))
    .join('---\n');
  const manifests = parseAllDocuments(text).map((document) => document.toJS() as Manifest);
  const documents = manifests.flatMap(({ kind, data }) =>
    kind === 'ConfigMap' ? Object.values(data ?? {}) : [],
  );
  const config = parseRuntimeConfig(documents.find((document) => document.includes('"RuntimeConfig"'))!);
  expect(config.models.map(({ name, version }) => `${name}/${version}`)).toEqual([
    'breast-cancer/1',
    'breast-cancer/2',
  ]);
  expect(config.rollouts).toMatchSnapshot();
  expect(text).toContain('breast-cancer-rollout');
});

describe('on this machine', () => {
  let up: UpProcess;
  const run = temporaryFolder();
  afterEach(async () => {
    up.kill('SIGKILL');
    await up.exit();
    await until(() => !up.replicaPids.some(alive));
  });

  test('the candidate is compared, and answers nobody', async () => {
    up = new UpProcess(path.join(ROOT, APP), { XDG_RUNTIME_DIR: run });
    const { url, managementUrl } = (await up.event('ready')) as unknown as Record<string, string>;
    const rollout = async () => {
      const answer = (await (await fetch(`${managementUrl}/rollouts`)).json()) as { rollouts: Rollout[] };
      return answer.rollouts[0];
    };
    await until(async () => (await rollout())?.replicas.every(({ phase }) => phase === 'running'));
    const body = JSON.stringify(inferBody(ROWS.slice(0, 3)));
    const headers = { 'content-type': 'application/json' };
    const ask = async () => {
      const response = await fetch(`${url}/v2/models/breast-cancer/infer`, { method: 'POST', headers, body });
      expect(await response.json()).toMatchObject({ model_version: '1' });
      return (await rollout())!.agreement.rows;
    };
    await until(async () => (await ask()) >= 30);
    expect(await rollout()).toMatchObject({ percent: 0, shadowPercent: 100, phase: 'running' });
    expect(up.events.filter(({ type }) => type === 'rollout').at(-1)).toMatchObject({
      rollout: { phase: 'running' },
    });
  });
});

interface Rollout {
  readonly agreement: { readonly rows: number };
  readonly replicas: readonly { readonly phase: string }[];
}
