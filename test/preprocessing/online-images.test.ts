import path from 'node:path';
import { OnnxSession, predictionsOf } from '@inferstack/runtime/inference';
import { openModelPackage, runGoldenSamples, SampleInputs } from '@inferstack/runtime/model';
import sharp from 'sharp';
import { decodeImage } from '../../runtime/src/preprocessing/images/decode-image';
import { resample } from '../../runtime/src/preprocessing/images/resample';
import { resize } from '../../runtime/src/preprocessing/images/resize-thread';
import type { ServeRole } from '../../runtime/src/serve';
import { parseExposition } from '../runtime/support/exposition-parser';
import { get, post } from '../runtime/support/http-client';
import { serve } from '../runtime/support/in-process';
import { copyPackage, MODELS, removeCopies, testConfig } from '../runtime/support/packages';

const EXAMPLE = path.join(MODELS, 'digits-image/1');
const pkg = openModelPackage(EXAMPLE);
const [batch] = pkg.samples.filter(({ rows }) => rows!.length > 1);
const rows = batch!.rows as { image: string }[];
const [{ image: png }] = rows as [{ image: string }];

let role: ServeRole;
let port: number;
beforeAll(async () => {
  role = await serve(
    testConfig(['digits-image/1', 'diabetes-fields/1'], { contracts: ['kserve-v1', 'tensorflow-serving'] }),
  );
  port = role.ports.inference;
});
afterAll(async () => {
  await role.stop();
  removeCopies();
});

const predict = (body: unknown, headers: Record<string, string> = {}, model = 'digits-image') =>
  post(port, `/v2/models/${model}/predict`, body, { headers });

async function withSession<T>(work: (session: OnnxSession) => Promise<T>): Promise<T> {
  const session = await OnnxSession.load(pkg, { intraOpThreads: 1 });
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

test('images online are what golden samples of the same images give, bit by bit', async () => {
  const { json } = await predict({ rows });
  const expected = await withSession(async (session) => {
    const outputs = await session.run(await new SampleInputs(pkg.manifest).read(batch!));
    return predictionsOf(pkg.manifest)!(outputs, rows.length);
  });
  expect(json.predictions).toHaveLength(4);
  expect(json.predictions).toEqual(expected);
});

test('golden samples: files give what scikit-learn gave for their pixels', async () => {
  const report = await withSession((session) => runGoldenSamples(pkg, (tensors) => session.run(tensors)));
  expect(report).toEqual({ total: 16, failed: 0, failures: [] });
});

test('a preprocessing that is not the one of the training does not pass its golden samples', async () => {
  const changed = openModelPackage(
    copyPackage('digits-image/1', { 'model.yaml': (yaml) => yaml.replace('divideBy: 255', 'divideBy: 128') }),
  );
  const report = await withSession((session) => runGoldenSamples(changed, (tensors) => session.run(tensors)));
  expect(report.failed).toBeGreaterThan(8);
});

test('the image itself may be the body', async () => {
  const { json: sent } = await predict({ rows: rows.slice(0, 1) });
  const { status, json } = await predict(Buffer.from(png, 'base64'), { 'content-type': 'image/png' });
  expect(status).toBe(200);
  expect(json.predictions).toEqual(sent.predictions);
  const other = await predict(Buffer.from(png, 'base64'), { 'content-type': 'image/png' }, 'diabetes-fields');
  expect([other.status, other.json.error.code ?? other.json.code]).toEqual([415, 'REQUEST_MEDIA_TYPE']);
});

test('clients of other servers send images as {"b64": ...}', async () => {
  const { json } = await predict({ rows });
  const instances = rows.map(({ image }) => ({ image: { b64: image } }));
  const answered = await post(port, '/v1/models/digits-image:predict', { instances });
  expect(answered.json.predictions).toEqual(
    json.predictions.map(({ scores }: { scores: object }) => Object.values(scores)),
  );
});

test('a bad image is refused with its row, and counted; the model goes on', async () => {
  const cut = Buffer.from(png, 'base64').subarray(0, 60).toString('base64');
  const { status, json } = await predict({ rows: [rows[0], { image: cut }, { image: 'PHN2Zz4=' }, {}] });
  expect(status).toBe(422);
  // What can be told without decoding is told first.
  expect(json.problems.map(({ code, at }: { code: string; at: string }) => `${code} ${at}`)).toEqual([
    'INPUT_IMAGE rows[2].image',
    'INPUT_MISSING rows[3].image',
  ]);
  const decoded = await predict({ rows: [rows[0], { image: cut }] });
  expect(decoded.json.problems).toMatchObject([{ code: 'INPUT_IMAGE', at: 'rows[1].image' }]);
  const { text } = await get(role.ports.management, '/metrics');
  const family = parseExposition(text).find(({ name }) => name === 'inferstack_validation_failures_total');
  const counted = family?.samples.find(({ labels }) => labels.reason === 'INPUT_IMAGE');
  expect(counted?.value).toBe(2);
  expect((await predict({ rows })).status).toBe(200);
});

test('larger images and other formats are resized to what the graph takes', async () => {
  const large = await sharp(Buffer.from(png, 'base64'))
    .resize(800, 800, { kernel: 'nearest' })
    .jpeg({ quality: 95 })
    .toBuffer();
  const { json } = await predict({ rows: [rows[0], { image: large.toString('base64') }] });
  const [small, big] = json.predictions;
  expect(big.label).toBe(small.label);
});

test('the thread resizes as the calling one does', async () => {
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 60 };
  const create = { width: 900, height: 700, channels: 3 as const, background: 'red', noise };
  const file = await sharp({ create }).png().toBuffer();
  const resized = { width: 224, height: 200 };
  const window = { left: 3, top: 5, width: 199, height: 180 };
  const decoded = () => decodeImage(file, 1e6, 'ignore');
  for (const kernel of ['linear', 'cubic', 'lanczos3'] as const) {
    const [one, two] = await Promise.all(
      [1, 2].map(async () => resize({ source: await decoded(), grey: false, resized, window, kernel })),
    );
    const here = resample(await decoded(), resized, window, kernel);
    expect(Buffer.compare(one!.data, here.data)).toBe(0);
    expect(Buffer.compare(two!.data, here.data)).toBe(0);
  }
});

test('tensors are those of the graph; metadata and OpenAPI tell of images', async () => {
  const { json: metadata } = await get(port, '/v2/models/digits-image');
  expect(metadata.fields).toMatchObject([{ name: 'image', type: 'image', maxBytes: 1_000_000 }]);
  const data = new Array(64).fill(0.5);
  const inferred = await post(port, '/v2/models/digits-image/infer', {
    inputs: [{ name: 'pixels', datatype: 'FP32', shape: [1, 1, 8, 8], data }],
  });
  expect(inferred.status).toBe(200);
  const { json: document } = await get(port, '/v2/openapi.json');
  const { content } = document.paths['/v2/models/digits-image/predict'].post.requestBody;
  expect(Object.keys(content)).toEqual(['application/json', 'image/jpeg', 'image/png']);
  expect(document.components.schemas['digits-image_1_Row'].properties.image).toMatchObject({
    contentEncoding: 'base64',
    'x-formats': ['jpeg', 'png'],
  });
  const [example] = Object.values(content['application/json'].examples) as { value: object }[];
  expect((await predict(example!.value)).status).toBe(200);
});
