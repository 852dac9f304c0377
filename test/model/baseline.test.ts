import { openModelPackage } from '../../runtime/src/model';
import {
  baselineWith,
  manifestWith,
  problemsOf,
  removeTemporaryDirectories,
  soundFiles,
  writePackage,
} from '../support/package-builder';

afterAll(removeTemporaryDirectories);

const withText = (text: string, files = {}) =>
  problemsOf(() => openModelPackage(writePackage({ ...files, 'baseline.json': text })));
const withChange = (change: Record<string, unknown>) => withText(baselineWith(change));
const { features } = JSON.parse(soundFiles['baseline.json']) as {
  features: Record<'width' | 'height', Record<string, unknown>>;
};

test('syntax', () => {
  expect(withText('{')).toMatchObject([{ code: 'BASELINE_INVALID', at: 'baseline.json' }]);
});

test('NaN, which Python writes', () => {
  expect(withText(soundFiles['baseline.json'].replace('0.5', 'NaN'))).toMatchObject([
    { code: 'BASELINE_INVALID', got: 'NaN' },
  ]);
});

test('a wrong value, with its line', () => {
  const found = withText(soundFiles['baseline.json'].replace('"rows": 10', '"rows": -1'));
  expect(found).toMatchObject([{ code: 'BASELINE_INVALID', at: 'baseline.json:4 rows', got: '-1' }]);
});

test.each<[string, Record<string, unknown>, string, Record<string, unknown>]>([
  [
    'edges that do not ascend',
    { features: { ...features, width: { ...features.width, edges: [0, 0, 2] } } },
    'features.width',
    { allowed: 'strictly ascending edges' },
  ],
  [
    'a count too few',
    { features: { ...features, width: { ...features.width, counts: [1, 2, 3] } } },
    'features.width',
    { code: 'BASELINE_INVALID' },
  ],
  [
    'a kind that does not exist',
    { features: { ...features, width: { ...features.width, kind: 'text' } } },
    'features.width.kind',
    { code: 'BASELINE_INVALID' },
  ],
  ['an unknown key', { version: 1 }, 'version', { code: 'BASELINE_INVALID' }],
  [
    'a column the signature does not have',
    { features: { ...features, widht: features.width } },
    'features.widht',
    { code: 'BASELINE_MISMATCH', remedy: 'Did you mean "width"?' },
  ],
  [
    'a column without statistics',
    { features: { width: features.width } },
    'features',
    { code: 'BASELINE_MISMATCH', what: 'the statistics of "height" are missing' },
  ],
  [
    'a label that is no class',
    { labels: { yes: 1, maybe: 2 } },
    'labels.maybe',
    { code: 'BASELINE_MISMATCH', allowed: 'yes | no' },
  ],
])('%s', (_, change, place, more) => {
  expect(withChange(change)[0]).toMatchObject({ at: `baseline.json:1 ${place}`, ...more });
});

test('labels of a regression', () => {
  const yaml = manifestWith(
    ['kind: binary', 'kind: regression'],
    ['  classes: [yes, no]\n  positive: yes\n  threshold: 0.5\n', ''],
  );
  expect(withText(baselineWith({}), { 'model.yaml': yaml })).toContainEqual(
    expect.objectContaining({ code: 'BASELINE_MISMATCH', at: 'baseline.json:1 labels' }),
  );
});
