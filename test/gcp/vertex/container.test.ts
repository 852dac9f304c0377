import { type ChildProcess, fork } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { runtime } from '../../local/support/local-runtime';
import { sample } from '../../local/support/rows';
import { exampleModel } from '../../support/endpoint';
import { type Release, releaseOf, synthesize } from './support/synthesize';

// The real runtime, started as Vertex AI starts the container of a release: with its variables, and none but its
// routes. The model lies on this machine and not in a bucket, and the port is a free one.

const MODEL = exampleModel('breast-cancer', '1');
let child: ChildProcess | undefined;
afterEach(async () => {
  if (child === undefined || child.exitCode !== null) return;
  const exited = new Promise((resolve) => child!.once('exit', resolve));
  child.kill('SIGTERM');
  await exited;
});

test('the container answers the routes that the release names', async () => {
  const release = releaseOf(synthesize());
  const { containerSpec } = release['model'];
  const url = await started(release, MODEL);
  expect((await fetch(url + containerSpec.healthRoute)).status).toBe(200);
  const [rows] = Object.values(sample.inputs);
  const response = await fetch(url + containerSpec.predictRoute, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ instances: rows }),
  });
  expect(response.status).toBe(200);
  const { predictions } = (await response.json()) as { predictions: number[][] };
  const expected = sample.outputs.probabilities;
  expect(predictions).toEqual(expected.map((row) => row.map((p) => expect.closeTo(p, 5))));
});

test('a model that is not the one of the release is never healthy', async () => {
  const release = releaseOf(synthesize());
  const other = exampleModel('breast-cancer', '2');
  await expect(started(release, other)).rejects.toThrow('exited with 3');
});

/** Starts it, and waits until its health route says that it is ready. */
async function started(release: Release, model: string): Promise<string> {
  const { containerSpec } = release['model'];
  const [port, management] = [await freePort(), await freePort()];
  const config = JSON.parse(containerSpec.env[0].value.replaceAll('$$(', '$('));
  config.listeners.management.port = management;
  config.drain.delayMs = 0;
  const env = {
    PATH: process.env['PATH'],
    INFERSTACK_CONFIG: JSON.stringify(config),
    AIP_HTTP_PORT: String(port),
    AIP_HEALTH_ROUTE: containerSpec.healthRoute,
    AIP_PREDICT_ROUTE: containerSpec.predictRoute,
    AIP_STORAGE_URI: model,
  };
  child = fork(runtime.file, { env, stdio: 'ignore' });
  await new Promise<void>((resolve, reject) => {
    child!.on('message', (message) => (message as { type: string }).type === 'ready' && resolve());
    child!.on('exit', (code) => reject(new Error(`exited with ${code}`)));
  });
  return `http://127.0.0.1:${port}`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
