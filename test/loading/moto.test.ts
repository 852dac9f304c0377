import path from 'node:path';
import { loadModelPackage } from '../../runtime/src/loading';
import { withBucket } from '../deploy-aws/with-bucket';
import { archiveOf, model, quick, scratch } from './support/package-archive';

withBucket('S3 as moto speaks it', 'models', (open) => {
  const folder = scratch();

  beforeAll(() => open().write('breast-cancer/1.tar.gz', archiveOf(model, folder)));

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
