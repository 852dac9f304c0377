import fs from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv';
import { parse } from 'yaml';
import { manifestSchema } from '../../runtime/src/contract';
import { schemaFiles } from '../../scripts/generate-schema';
import { manifestWith, soundFiles } from '../support/package-builder';

const ROOT = path.resolve(__dirname, '../..');
const schema = (file: string): object =>
  JSON.parse(fs.readFileSync(path.join(ROOT, 'schema', file), 'utf8')) as object;
const accepts = new Ajv({ strict: true, allowUnionTypes: true, strictTuples: true }).compile(
  schema('model.schema.json'),
);

test.each(Object.entries(schemaFiles()))('schema/%s is what `npm run schema` writes', (file, text) => {
  expect(fs.readFileSync(path.join(ROOT, 'schema', file), 'utf8')).toBe(text);
});

test.each(['breast-cancer/1', 'breast-cancer/2', 'diabetes/1', 'digits/1'])(
  'accepts the example %s',
  (example) => {
    const file = path.join(ROOT, 'examples/models', example, 'model.yaml');
    expect(accepts(parse(fs.readFileSync(file, 'utf8')))).toBe(true);
    expect(/\$schema=(\S+)/.exec(fs.readFileSync(file, 'utf8'))![1]).toBe(
      path.relative(path.dirname(file), path.join(ROOT, 'schema/model.schema.json')),
    );
  },
);

test.each<[string, string]>([
  ['the sound manifest', soundFiles['model.yaml']],
  ['an unknown key', manifestWith(['owner: tests', 'owner: tests\n  onwer: x'])],
  ['a wrong dtype', manifestWith(['dtype: FP32', 'dtype: float'])],
  ['a missing card', manifestWith(['  owner: tests\n', ''])],
  ['a number as version', manifestWith(['version: "1"', 'version: 1'])],
  ['a range of one', manifestWith(['range: [0, 10]', 'range: [0]'])],
  ['an open range', manifestWith(['range: [0, 10]', 'range: [null, 10]'])],
  ['an empty owner', manifestWith(['owner: tests', 'owner: ""'])],
])('editors and this package agree on %s', (_, yaml) => {
  const value: unknown = parse(yaml);
  expect(accepts(value)).toBe(manifestSchema.safeParse(value).success);
});

test.each(['runtime-config.schema.json', 'batch-config.schema.json'])('%s compiles', (file) => {
  const validate = new Ajv({ strict: true, allowUnionTypes: true, strictTuples: true }).compile(schema(file));
  expect(validate({ apiVersion: 'inferstack.dev/v1' })).toBe(false);
});
