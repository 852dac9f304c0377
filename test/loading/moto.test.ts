import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Operator } from 'opendal';
import { loadModelPackage } from '../../runtime/src/loading';
import { archiveOf, model, quick, scratch } from './support/package-archive';

const installed = spawnSync('python3', ['-c', 'import moto.server']).status === 0;
if (!installed) console.warn('S3 against moto is skipped: `pip install moto[server]` to run it.');
const withMoto = installed ? describe : describe.skip;

// Port 0, and the port that was taken on the first line: moto's own command cannot say it.
const SERVER = `
import logging, sys
from werkzeug.serving import make_server
from moto.server import DomainDispatcherApplication, create_backend_app
logging.getLogger('werkzeug').disabled = True
server = make_server('127.0.0.1', 0, DomainDispatcherApplication(create_backend_app), threaded=True)
print(server.port, flush=True)
server.serve_forever()
`;

withMoto('S3 as moto speaks it', () => {
  const folder = scratch();
  const before = { ...process.env };
  let server: ChildProcess;

  beforeAll(async () => {
    server = spawn('python3', ['-c', SERVER], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [port] = (await once(createInterface({ input: server.stdout! }), 'line')) as [string];
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}`,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    });
    await fetch(`http://127.0.0.1:${port}/models`, { method: 'PUT' });
    const store = new Operator('s3', {
      bucket: 'models',
      region: 'us-east-1',
      endpoint: `http://127.0.0.1:${port}`,
      access_key_id: 'test',
      secret_access_key: 'test',
    });
    await store.write('breast-cancer/1.tar.gz', archiveOf(model, folder));
  }, 60_000);

  afterAll(async () => {
    process.env = before;
    server.kill('SIGKILL');
    await once(server, 'exit');
  });

  const load = (key: string) =>
    loadModelPackage(
      { uri: `s3://models/${key}`, digest: model.digest },
      path.join(folder, 'cache'),
      undefined,
      quick,
    );

  test('loads a package that was uploaded', async () => {
    expect((await load('breast-cancer/1.tar.gz')).digest).toBe(model.digest);
  });

  test('says that a key does not exist', async () => {
    const missing = loadModelPackage(
      { uri: 's3://models/absent.tar.gz', digest: `sha256:${'0'.repeat(64)}` },
      path.join(folder, 'cache'),
      undefined,
      quick,
    );
    await expect(missing).rejects.toMatchObject({ code: 'LOAD_NOT_FOUND' });
  });
});
