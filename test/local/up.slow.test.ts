import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { exampleModel } from '../support/endpoint';
import { app } from './support/local-runtime';
import { INFER, infer, inferBody } from './support/rows';
import { UpProcess } from './support/up-process';
import { alive, until } from './support/wait';

jest.setTimeout(120_000);

const running: UpProcess[] = [];
afterEach(async () => {
  for (const up of running.splice(0)) {
    up.kill('SIGKILL');
    await up.exit();
    await until(() => !up.replicaPids.some(alive));
  }
});

function start(name: string, env?: Record<string, string>): UpProcess {
  const up = new UpProcess(app(name), env);
  running.push(up);
  return up;
}

/** A request whose body is half sent: it is in progress, on the balancer and on a replica, until it is finished. */
function halfRequest(url: string): { finish(): Promise<number> } {
  const { port } = new URL(url);
  const headers = { 'content-type': 'application/json', 'transfer-encoding': 'chunked' };
  const outgoing = request({ host: '127.0.0.1', port, path: INFER, method: 'POST', headers });
  const status = new Promise<number>((resolve, reject) => {
    outgoing.on('response', (response) => response.resume().on('end', () => resolve(response.statusCode!)));
    outgoing.on('error', reject);
  });
  status.catch(() => undefined);
  outgoing.write(inferBody.slice(0, 20));
  return {
    finish: () => {
      outgoing.end(inferBody.slice(20));
      return status;
    },
  };
}

/** Opens a connection of its own: `fetch` would take one that is still open. */
async function connect(url: string): Promise<void> {
  const socket = createConnection(Number(new URL(url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.destroy();
}

const refused = (url: string): Promise<boolean> =>
  connect(url).then(
    () => false,
    (error: NodeJS.ErrnoException) => error.code === 'ECONNREFUSED',
  );

const inFlight = async (managementUrl: unknown): Promise<number> => {
  const status = (await (await fetch(`${managementUrl}/`)).json()) as { requests: { inFlight: number } };
  return status.requests.inFlight;
};

test('Ctrl-C drains: requests in progress are answered, then it ends with 0 and nothing is left', async () => {
  const up = start('one-endpoint');
  const { url, managementUrl } = await up.event('ready');
  expect(await infer(url as string)).toHaveLength(2);
  const open = [...Array(4)].map(() => halfRequest(url as string));
  await until(async () => (await inFlight(managementUrl)) === 4);

  up.kill('SIGINT');
  await up.event('note');
  await until(() => refused(url as string));
  expect(await Promise.all(open.map((half) => half.finish()))).toEqual([200, 200, 200, 200]);
  expect(await up.exit()).toBe(0);
  expect(up.replicaPids).toHaveLength(2);
  expect(up.replicaPids.filter(alive)).toEqual([]);
  expect(up.stderr).toBe('');
});

test('a second Ctrl-C ends it at once, requests in progress or not', async () => {
  const up = start('one-endpoint');
  const { url, managementUrl } = await up.event('ready');
  const open = halfRequest(url as string);
  await until(async () => (await inFlight(managementUrl)) === 1);
  up.kill('SIGINT');
  await up.event('note');
  // Two within 300 ms are one: npx passes on what the terminal sends to the whole group.
  await sleep(400);
  up.kill('SIGINT');
  expect(await up.exit()).toBe(130);
  expect(up.replicaPids.filter(alive)).toEqual([]);
  await expect(open.finish()).rejects.toThrow();
});

test.each(['when it serves', 'while replicas start'])(
  'killed without warning %s, it leaves no process',
  async (when) => {
    const up = start('one-endpoint');
    await up.event(when === 'when it serves' ? 'ready' : 'replica');
    await until(() => up.replicaPids.length === 2);
    up.kill('SIGKILL');
    await up.exit();
    await until(() => !up.replicaPids.some(alive));
  },
);

describe('a model that must not serve', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'inferstack-local-'));
  const model = path.join(folder, 'model');
  beforeEach(() => {
    rmSync(model, { recursive: true, force: true });
    cpSync(exampleModel('breast-cancer', '1'), model, { recursive: true });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('golden samples that fail are named, and the command ends with 1', async () => {
    const file = path.join(model, 'samples.jsonl');
    const [first, ...rest] = readFileSync(file, 'utf8').split('\n');
    const wrong = JSON.parse(first!) as { id: string; outputs: { probabilities: number[][] } };
    wrong.outputs.probabilities = wrong.outputs.probabilities.map((row) => row.map((p) => 1 - p));
    writeFileSync(file, [JSON.stringify(wrong), ...rest].join('\n'));
    const up = start('one-endpoint', { TEST_MODEL: model });
    expect(await up.exit()).toBe(1);
    expect(up.stderr).toContain('LOCAL_REPLICA_FAILED at CreditRisk/Endpoint: replica');
    expect(up.stderr).toContain('SAMPLE_FAILED');
    expect(up.stderr).toContain(wrong.id);
    expect(up.replicaPids.filter(alive)).toEqual([]);
  });

  test('a package that changed after the app was read is named with both digests', async () => {
    const up = start('changed-model', { TEST_MODEL: model });
    expect(await up.exit()).toBe(1);
    expect(up.stderr).toMatch(/PACKAGE_DIGEST_MISMATCH at .*got sha256:\w{64}; allowed: sha256:\w{64}/);
  });
});

test('an app that fails: its own error, and 1', async () => {
  const up = start('failing');
  expect(await up.exit()).toBe(1);
  expect(up.stderr).toContain('Error: the app is broken on purpose');
  expect(up.stderr).toContain('LOCAL_APP_FAILED');
  expect(up.events).toEqual([]);
});
