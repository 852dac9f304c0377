import { Operator } from 'opendal';
import { describeWith } from '../support/test-with';
import { findMotoPython, MOTO_REMEDY } from './moto-python';
import { type Moto, startMoto } from './start-moto';

const KEYS = { access_key_id: 'test', secret_access_key: 'test' };

/**
 * Tests of what reads and writes S3, as moto speaks it.
 *
 * @param bucket is created for them; the environment names server and keys while they run.
 * @param tests get the bucket, once they run.
 */
export function withBucket(title: string, bucket: string, tests: (open: () => Operator) => void): void {
  const python = findMotoPython();
  const before = { ...process.env };
  let moto: Moto;

  describeWith(
    'moto',
    python !== undefined,
    MOTO_REMEDY,
  )(title, () => {
    beforeAll(async () => {
      moto = await startMoto(python!, 'serve.py');
      Object.assign(process.env, {
        AWS_ENDPOINT_URL_S3: moto.url,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: KEYS.access_key_id,
        AWS_SECRET_ACCESS_KEY: KEYS.secret_access_key,
      });
      await fetch(`${moto.url}/${bucket}`, { method: 'PUT' });
    }, 60_000);

    afterAll(async () => {
      process.env = before;
      await moto.stop();
    });

    tests(() => new Operator('s3', { bucket, region: 'us-east-1', endpoint: moto.url, ...KEYS }));
  });
}
