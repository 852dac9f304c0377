import path from 'node:path';
import { Operator } from 'opendal';
import { loadModelPackage } from '../../runtime/src/loading';
import { findMotoPython, MOTO_REMEDY } from '../deploy-aws/moto-python';
import { type Moto, startMoto } from '../deploy-aws/start-moto';
import { archiveOf, model, quick, scratch } from './support/package-archive';

const python = findMotoPython();
if (python === undefined) {
  const missing = `S3 against moto cannot be tested: there is no Python with moto. ${MOTO_REMEDY}`;
  if (process.env['CI']) throw new Error(missing);
  console.warn(missing);
}
const withMoto = python === undefined ? describe.skip : describe;

withMoto('S3 as moto speaks it', () => {
  const folder = scratch();
  const before = { ...process.env };
  let moto: Moto;

  beforeAll(async () => {
    moto = await startMoto(python!, 'serve.py');
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_S3: moto.url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    });
    await fetch(`${moto.url}/models`, { method: 'PUT' });
    const store = new Operator('s3', {
      bucket: 'models',
      region: 'us-east-1',
      endpoint: moto.url,
      access_key_id: 'test',
      secret_access_key: 'test',
    });
    await store.write('breast-cancer/1.tar.gz', archiveOf(model, folder));
  }, 60_000);

  afterAll(async () => {
    process.env = before;
    await moto.stop();
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
