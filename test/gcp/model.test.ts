import { ModelBucket } from 'inferstack/gcp';
import { endpointIn, exampleModel, inStack, synthesize, templateOf } from './support/synthesize';

const BUCKET = '${google_storage_bucket.Endpoint_Bucket_';

test('the created bucket is never public, versioned, and not emptied to be deleted', () => {
  expect(synthesize().find('google_storage_bucket')).toMatchObject({
    name: 'my-project-123-serving-endpoint-models',
    location: 'europe-west1',
    uniform_bucket_level_access: true,
    public_access_prevention: 'enforced',
    versioning: { enabled: true },
    force_destroy: false,
  });
});

test('a key of yours encrypts it once Cloud Storage may use the key', () => {
  const encryptionKey = 'projects/p/locations/europe-west1/keyRings/r/cryptoKeys/k';
  const template = synthesize({
    modelBucket: ModelBucket.created({ encryptionKey, name: 'mine', location: 'EU' }),
  });
  const bucket = template.find('google_storage_bucket');
  expect(bucket).toMatchObject({
    name: 'mine',
    location: 'EU',
    encryption: { default_kms_key_name: encryptionKey },
  });
  const [grant] = bucket['depends_on'];
  expect(grant).toMatch(/^google_kms_crypto_key_iam_member\.Endpoint_BucketKeyAccess_/);
  expect(template.find('google_kms_crypto_key_iam_member')).toMatchObject({
    crypto_key_id: encryptionKey,
    role: 'roles/cloudkms.cryptoKeyEncrypterDecrypter',
    member: expect.stringMatching(/^\$\{data\.google_storage_project_service_account\..*\.member\}$/),
  });
});

test('in a bucket of yours the rights end at the folder of the endpoint', () => {
  const template = synthesize({ modelBucket: ModelBucket.existing('models-of-all') });
  expect(template.types).not.toContain('google_storage_bucket');
  const object = template.find('google_storage_bucket_object');
  expect(object['bucket']).toBe('models-of-all');
  const access = template.find('google_storage_bucket_iam_member');
  expect(access).toMatchObject({ bucket: 'models-of-all', role: 'roles/storage.objectViewer' });
  const folder =
    /^resource\.name\.startsWith\("projects\/_\/buckets\/models-of-all\/objects\/(.+\/)"\)$/.exec(
      access['condition'].expression,
    )![1]!;
  expect(folder).toBe('inferstack/europe-west1/serving-endpoint/');
  expect(object['name'].startsWith(folder)).toBe(true);
});

test('the object is named by the digest and says what it holds', () => {
  inStack((stack) => {
    const { plan } = endpointIn(stack);
    const hex = plan.models[0].digest.slice('sha256:'.length);
    const objects = templateOf(stack).all('google_storage_bucket_object');
    expect(Object.keys(objects)).toEqual([`Model-${hex.slice(0, 16)}`]);
    const [object] = Object.values(objects);
    expect(object!['name']).toBe(`inferstack/europe-west1/serving-endpoint/${hex}.tar.gz`);
    expect(object!['bucket']).toContain(BUCKET);
    // Terraform leaves it where it is when the stack no longer names it.
    expect(object!['deletion_policy']).toBe('ABANDON');
    expect(object!['source']).toMatch(/^assets\/.*\.tar\.gz$/);
    const { digest, bytes } = plan.models[0];
    expect(object!['metadata']).toEqual({ model: 'breast-cancer', version: '1', digest, bytes: `${bytes}` });
  });
});

test('a former model keeps the very object it had', () => {
  const first = synthesize({}, { model: exampleModel('breast-cancer', '1') });
  const second = synthesize(
    { previousModels: [exampleModel('breast-cancer', '1')] },
    { model: exampleModel('breast-cancer', '2') },
  );
  const before = first.all('google_storage_bucket_object');
  const after = second.all('google_storage_bucket_object');
  expect(Object.keys(after)).toHaveLength(2);
  expect(after).toMatchObject(before);
});

test('a model that came back, or is named twice, is one object', () => {
  const one = exampleModel('breast-cancer', '1');
  const template = synthesize(
    { previousModels: [one, exampleModel('breast-cancer', '2'), one] },
    { model: one },
  );
  expect(Object.keys(template.all('google_storage_bucket_object'))).toHaveLength(2);
});

test('the service waits for the package and the right to read it', () => {
  const dependencies = synthesize().find('google_cloud_run_v2_service')['depends_on'] as string[];
  expect(dependencies.map((id) => id.split('.')[0])).toEqual([
    'google_storage_bucket_object',
    'google_storage_bucket_iam_member',
  ]);
});
