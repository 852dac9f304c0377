import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { inputSchema, type Tensor } from '@inferstack/runtime/contract';
import { Collected, faults, preprocessor } from './support/transform';

interface ImageCase {
  readonly name: string;
  readonly file: string;
  readonly step: object;
  readonly input: { readonly dtype: string; readonly shape: readonly (string | number)[] };
  readonly sha256: string;
}

const reference = JSON.parse(readFileSync(path.join(__dirname, 'reference/images.json'), 'utf8')) as {
  readonly files: Readonly<Record<string, string>>;
  readonly cases: readonly ImageCase[];
};

const FORMATS = ['jpeg', 'png', 'webp', 'gif', 'tiff'];

const specOf = (step: object, field: object = {}) => ({
  fields: [{ name: 'photo', type: 'image', formats: FORMATS, ...field }],
  steps: [{ step: 'image', field: 'photo', ...step }],
});

const inputOf = ({ dtype, shape }: ImageCase['input']) => inputSchema.parse({ name: 'photo', dtype, shape });

async function decode(spec: object, input: ImageCase['input'], rows: readonly unknown[]) {
  const problems = new Collected();
  const tensors = await preprocessor(spec, [inputOf(input)]).decodeImages(rows, problems);
  return { tensors, problems: problems.listed };
}

function digest({ data }: Tensor): string {
  const { buffer, byteOffset, byteLength } = data as Float32Array;
  return createHash('sha256')
    .update(Buffer.from(buffer, byteOffset, byteLength))
    .digest('hex');
}

test('the fixtures cover formats, kernels, fits, orientations and arithmetic', () => {
  expect(reference.cases.length).toBeGreaterThan(250);
  const names = reference.cases.map(({ name }) => name).join('\n');
  for (const word of [
    'webp',
    'gif',
    'tiff',
    'palette',
    'orientation 6, apply',
    'lanczos3',
    'contain',
    'torchvision',
  ])
    expect(names).toContain(word);
});

test.each(reference.cases)(
  '$name: every bit as Pillow and NumPy have it',
  async ({ file, step, input, sha256 }) => {
    const { tensors, problems } = await decode(specOf(step), input, [{ photo: reference.files[file] }]);
    expect(problems).toEqual([]);
    expect(tensors[0]!.shape).toEqual([1, ...input.shape.slice(1)]);
    expect(digest(tensors[0]!)).toBe(sha256);
  },
);

describe('rows', () => {
  const evaluation = reference.cases.find(({ name }) => name === 'torchvision evaluation: rgb.png')!;
  const { step, input } = evaluation;
  const photos = ['rgb.png', 'tall.png', 'large.jpg', 'rgba.png'].map((file) => reference.files[file]!);

  test('a batch is its images one by one, in order', async () => {
    const { tensors } = await decode(
      specOf(step),
      input,
      photos.map((photo) => ({ photo })),
    );
    expect(tensors[0]!.shape).toEqual([4, 3, 32, 32]);
    const alone = await Promise.all(photos.map((photo) => decode(specOf(step), input, [{ photo }])));
    expect(Array.from(tensors[0]!.data as Float32Array)).toEqual(
      alone.flatMap(({ tensors: [one] }) => Array.from(one!.data as Float32Array)),
    );
  });

  test('bytes and {"b64": ...} are taken as base64 is', async () => {
    const bytes = Buffer.from(photos[0]!, 'base64');
    const given = [photos[0], bytes, new Uint8Array(bytes), { b64: photos[0] }];
    for (const photo of given) {
      const { tensors } = await decode(specOf(step), input, [{ photo }]);
      expect(digest(tensors[0]!)).toBe(evaluation.sha256);
    }
  });

  test('a bad image is told by its row, its place and what is wrong; the others are not blamed', async () => {
    const whole = Buffer.from(reference.files['large.jpg']!, 'base64');
    const [good] = photos;
    const { tensors, problems } = await decode(specOf(step), input, [
      { photo: good },
      { photo: whole.subarray(0, whole.length / 2) },
      { photo: good },
    ]);
    expect(problems).toMatchObject([
      { code: 'INPUT_IMAGE', at: 'rows[1].photo', what: 'the image is damaged or cut off' },
    ]);
    expect(tensors).toHaveLength(1);
  });

  test.each([
    ['nothing', undefined, 'INPUT_MISSING'],
    ['null', null, 'INPUT_MISSING'],
    ['a number', 7, 'INPUT_VALUE_TYPE'],
    ['no base64', 'not base64!', 'INPUT_VALUE_TYPE'],
    ['a data URL', `data:image/png;base64,${photos[0]}`, 'INPUT_VALUE_TYPE'],
    ['an empty string', '', 'INPUT_IMAGE'],
    ['text', Buffer.from('hello').toString('base64'), 'INPUT_IMAGE'],
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'INPUT_IMAGE'],
    ['only the head of a PNG', Buffer.from(photos[0]!, 'base64').subarray(0, 20), 'INPUT_IMAGE'],
  ])('%s is refused', async (_, photo, code) => {
    const { problems } = await decode(specOf(step), input, [{ photo }]);
    expect(problems).toMatchObject([{ code, at: 'rows[0].photo' }]);
  });

  test('bytes, pixels, formats and sizes are bounded', async () => {
    const codes = async (field: object, more: object = step, rowInput = input, photo = photos[0]) =>
      (await decode(specOf(more, field), rowInput, [{ photo }])).problems.map(({ code, allowed }) => [
        code,
        allowed,
      ]);
    expect(await codes({ maxBytes: 100 })).toEqual([['INPUT_IMAGE_SIZE', 'at most 100 bytes']]);
    expect(await codes({ maxPixels: 61 * 43 })).toEqual([]);
    expect(await codes({ maxPixels: 61 * 43 - 1 })).toEqual([['INPUT_IMAGE_SIZE', 'at most 2622 pixels']]);
    expect(await codes({ formats: ['jpeg'] })).toEqual([['INPUT_IMAGE', 'jpeg']]);
    const raw = { dtype: 'UINT8', shape: ['batch', 3, 43, 60] };
    expect(await codes({}, {}, raw)).toEqual([['INPUT_IMAGE_SIZE', '60 x 43']]);
    const crop = { crop: { width: 60, height: 44 } };
    expect(await codes({}, crop, { ...raw, shape: ['batch', 3, 44, 60] })).toEqual([
      ['INPUT_IMAGE_SIZE', 'at least 60 x 44'],
    ]);
  });

  test('colours that Pillow and other decoders disagree about are refused', async () => {
    const sharp = (await import('sharp')).default;
    const create = { width: 4, height: 4, channels: 3 as const, background: 'red' };
    const cmyk = await sharp({ create }).toColourspace('cmyk').jpeg().toBuffer();
    const deep = await sharp({ create }).toColourspace('rgb16').png().toBuffer();
    const size = { width: 4, height: 4 };
    for (const photo of [cmyk, deep]) {
      const { problems } = await decode(specOf({ resize: size }), { dtype: 'UINT8', shape: ['n', 3, 4, 4] }, [
        { photo },
      ]);
      expect(problems).toMatchObject([{ code: 'INPUT_IMAGE', allowed: 'grey or RGB of 8 bits a channel' }]);
    }
  });

  test('an image that unpacks to far more than it is', async () => {
    const sharp = (await import('sharp')).default;
    const create = { width: 12_000, height: 12_000, channels: 3 as const, background: 'white' };
    const bomb = await sharp({ create, limitInputPixels: false }).png({ compressionLevel: 9 }).toBuffer();
    expect(bomb.length).toBeLessThan(3e6);
    const { problems } = await decode(specOf(step), input, [{ photo: bomb }]);
    expect(problems).toMatchObject([{ code: 'INPUT_IMAGE_SIZE', got: '12000 x 12000' }]);
  });

  test('more images than memory is given for are refused before any is decoded', async () => {
    const big = { dtype: 'FP32', shape: ['batch', 3, 2048, 2048] };
    const spec = specOf({ resize: { width: 2048, height: 2048 } });
    const { problems } = await decode(
      spec,
      big,
      Array.from({ length: 6 }, () => ({ photo: photos[0] })),
    );
    expect(problems).toMatchObject([{ code: 'INPUT_SHAPE', at: 'rows', got: '6', allowed: '5' }]);
  });
});

test('images and other fields of a row go their ways together', async () => {
  const spec = {
    fields: [
      { name: 'photo', type: 'image' },
      { name: 'age', type: 'number', range: [0, 120] },
    ],
    steps: [
      { step: 'image', field: 'photo', resize: { width: 2, height: 2 }, as: 'pixels' },
      { step: 'image', field: 'photo', color: 'grey', resize: { width: 3, height: 1 }, as: 'line' },
      { step: 'scale', field: 'age', mean: 10, std: 2 },
    ],
  };
  const inputs = [
    { name: 'pixels', dtype: 'FP32', shape: ['n', 3, 2, 2] },
    { name: 'age', dtype: 'FP32', shape: ['n', 1] },
    { name: 'line', dtype: 'UINT8', shape: ['n', 1, 1, 3] },
  ].map((one) => inputSchema.parse(one));
  const engine = preprocessor(spec, inputs);
  expect(engine.hasImages).toBe(true);
  const problems = new Collected();
  const tensors = await engine.decodeImages([{ photo: reference.files['rgb.png'], age: 14 }], problems);
  expect(tensors.map(({ name, shape }) => [name, shape])).toEqual([
    ['pixels', [1, 3, 2, 2]],
    ['age', [1, 1]],
    ['line', [1, 1, 1, 3]],
  ]);
  expect(Array.from(tensors[1]!.data as Float32Array)).toEqual([2]);
  expect(() => engine.decode([{ photo: reference.files['rgb.png'], age: 14 }], problems)).toThrow(
    'synchronously',
  );
  await engine.decodeImages([{ photo: reference.files['rgb.png'], age: 140 }], problems);
  expect(problems.listed).toMatchObject([{ code: 'INPUT_OUT_OF_RANGE', at: 'rows[0].age' }]);
});

const RGB = { dtype: 'FP32', shape: ['n', 3, 8, 8] };
const EIGHT = { resize: { width: 8, height: 8 } };
test.each([
  ['another shape', { resize: { width: 9, height: 8 } }, RGB, 'inputs.0.shape: the image step gives'],
  ['another layout', { ...EIGHT, layout: 'NHWC' }, RGB, 'inputs.0.shape'],
  ['another number of channels', { ...EIGHT, color: 'grey' }, RGB, 'inputs.0.shape'],
  ['a size that is not fixed', EIGHT, { ...RGB, shape: ['n', 3, 'h', 'w'] }, 'inputs.0.shape'],
  ['a dtype that holds no pixels', EIGHT, { ...RGB, dtype: 'INT64' }, 'inputs.0.dtype'],
  ['fractions in whole numbers', { ...EIGHT, divideBy: 255 }, { ...RGB, dtype: 'UINT8' }, 'inputs.0.dtype'],
  ['means of other channels', { ...EIGHT, mean: [1] }, RGB, 'steps.0.mean: mean has not one value'],
  ['a deviation of 0', { ...EIGHT, std: [1, 0, 1] }, RGB, 'steps.0.std: nothing can be divided'],
  [
    'a crop that is larger',
    { ...EIGHT, crop: { width: 9, height: 9 } },
    RGB,
    'steps.0.crop: the part to cut out',
  ],
  [
    'a crop of what is contained',
    { resize: { ...EIGHT.resize, fit: 'contain' }, crop: EIGHT.resize },
    RGB,
    'steps.0.crop: an image',
  ],
])('refused when the package is opened: %s', (_, step, input, message) => {
  expect(faults(specOf(step), [inputOf(input)]).join('\n')).toContain(message);
});

test('refused when the package is opened: images that are optional, and options of images elsewhere', () => {
  const input = inputOf(RGB);
  expect(faults(specOf(EIGHT, { required: false }), [input]).join()).toContain('always required');
  const misplaced = { fields: [{ name: 'photo', type: 'number', formats: ['png'], maxPixels: 3 }] };
  const found = faults(misplaced, [inputOf({ dtype: 'FP32', shape: ['n', 1] })]).join();
  expect(found).toContain('formats has no meaning for a number');
  expect(found).toContain('maxPixels has no meaning for a number');
});
