import { openModelPackage } from '../../runtime/src/model';
import {
  manifestWith,
  problemsOf,
  removeTemporaryDirectories,
  sampleLines,
  writePackage,
} from '../support/package-builder';

afterAll(removeTemporaryDirectories);

const sound = { id: 'a', inputs: { features: [[1, 2]] }, outputs: { scores: [[1, 2]] } };
const withText = (text: string, files = {}) =>
  problemsOf(() => openModelPackage(writePackage({ ...files, 'samples.jsonl': text })));
const withSample = (change: Record<string, unknown>) => withText(sampleLines([{ ...sound, ...change }]));

test.each(['NaN', 'Infinity', '-Infinity'])('%s, which Python writes, has its own message', (literal) => {
  const line = JSON.stringify(sound);
  expect(
    withText(`${line}\n${line.replace('"a"', '"b"').replace('[1,2]', `[1,${literal}]`)}\n`),
  ).toMatchObject([
    {
      code: 'SAMPLE_INVALID',
      at: 'samples.jsonl:2',
      got: literal,
      allowed: 'finite numbers',
      remedy: expect.stringContaining('allow_nan=False'),
    },
  ]);
});

test('NaN inside a text is a text', () => {
  expect(withSample({ id: 'x: NaN' })).toEqual([]);
  expect(withText('{"id": "NaN" "inputs"}')[0]?.what).toContain('not valid JSON');
});

test('a number beyond all floats', () => {
  expect(withText(sampleLines([sound]).replace('[1,2]', '[1,1e999]'))).toMatchObject([
    { code: 'SAMPLE_INVALID', at: 'samples.jsonl:1 inputs.features' },
  ]);
});

test.each(['', '\n', '  \n\n'])('no sample at all: %j', (text) => {
  expect(withText(text)).toMatchObject([{ code: 'SAMPLE_INVALID', what: 'there is no golden sample' }]);
});

test('blank lines and Windows line ends are fine', () => {
  expect(withText(`\n${JSON.stringify(sound)}\r\n\n`)).toEqual([]);
});

test('every bad line is reported, the good ones are read', () => {
  const found = withText(`{\n${JSON.stringify(sound)}\n[1]\n"text"\n`);
  expect(found.map(({ at }) => at)).toEqual([
    'samples.jsonl:1',
    'samples.jsonl:3 (root)',
    'samples.jsonl:4 (root)',
  ]);
});

test('two samples of the same id', () => {
  expect(withText(sampleLines([sound, sound]))).toMatchObject([
    { code: 'SAMPLE_INVALID', at: 'samples.jsonl:2 id', got: '"a"' },
  ]);
});

test.each<[what: string, change: Record<string, unknown>, at: string, more: Record<string, unknown>]>([
  ['an unknown key', { note: 1 }, 'note', { code: 'SAMPLE_INVALID' }],
  ['no output', { outputs: {} }, 'outputs', { code: 'SAMPLE_INVALID' }],
  ['null in a tensor', { inputs: { features: [[1, null]] } }, 'inputs.features', { code: 'SAMPLE_INVALID' }],
  [
    'an unknown input',
    { inputs: { features: [[1, 2]], mask: [1] } },
    'inputs.mask',
    { code: 'SAMPLE_MISMATCH', allowed: 'features' },
  ],
  [
    'a misspelt output',
    { outputs: { score: [[1, 2]] } },
    'outputs.score',
    { code: 'SAMPLE_MISMATCH', remedy: 'Did you mean "scores"?' },
  ],
  [
    'a text among numbers',
    { inputs: { features: [[1, '2']] } },
    'inputs.features[0][1]',
    { code: 'SAMPLE_MISMATCH', got: '"2"' },
  ],
  [
    'a ragged tensor',
    { inputs: { features: [[1, 2], [3]] }, outputs: { scores: [[1, 2]] } },
    'inputs.features[1]',
    { code: 'SAMPLE_MISMATCH', got: '1 entries' },
  ],
  [
    'a width other than the signature',
    { inputs: { features: [[1, 2, 3]] } },
    'inputs.features',
    { code: 'SAMPLE_MISMATCH', got: '[1, 3]', allowed: '[1, 2]' },
  ],
  [
    'no batch dimension',
    { inputs: { features: [1, 2] } },
    'inputs.features',
    { got: '[2]', allowed: '[batch, 2]' },
  ],
  [
    'an empty batch',
    { inputs: { features: [] }, outputs: { scores: [] } },
    'inputs.features',
    { code: 'SAMPLE_MISMATCH', got: '[0]' },
  ],
  [
    'outputs of another batch than the inputs',
    {
      outputs: {
        scores: [
          [1, 2],
          [3, 4],
        ],
      },
    },
    'outputs.scores',
    { code: 'SAMPLE_MISMATCH', got: '[2, 2]', allowed: '[1, 2]' },
  ],
  [
    'a value outside the range of its column',
    { inputs: { features: [[11, 2]] } },
    'inputs.features',
    { what: 'the value of "width" is not allowed', got: '11', allowed: 'the range [0,10]' },
  ],
  ['a negative tolerance', { tolerance: { absolute: -1 } }, 'tolerance.absolute', { code: 'SAMPLE_INVALID' }],
])('%s', (_, change, place, more) => {
  const found = withSample(change);
  expect(found[0]).toMatchObject({ at: `samples.jsonl:1 ${place}`, ...more });
});

test('a missing input', () => {
  expect(withSample({ inputs: { other: [1] } }).map(({ what }) => what)).toContain(
    'the input "features" is missing',
  );
});

test('tolerances are filled in, each by itself', () => {
  const text = sampleLines([sound, { ...sound, id: 'b', tolerance: { absolute: 1 } }]);
  const { samples } = openModelPackage(writePackage({ 'samples.jsonl': text }));
  expect(samples.map(({ tolerance }) => tolerance)).toEqual([
    { absolute: 1e-5, relative: 1e-4 },
    { absolute: 1, relative: 1e-4 },
  ]);
});

test('without a valid signature samples are still read for themselves', () => {
  const yaml = manifestWith(['dtype: FP32', 'dtype: FLOAT']);
  expect(withText('{', { 'model.yaml': yaml }).map(({ code }) => code)).toEqual([
    'MANIFEST_INVALID',
    'SAMPLE_INVALID',
  ]);
});
