import { readFileSync } from 'node:fs';
import path from 'node:path';
import { inputSchema, type Manifest, manifestSchema, type Tensor } from '@inferstack/runtime/contract';
import { SampleInputs } from '@inferstack/runtime/model';
import type { Executor } from '../../runtime/src/inference/executor';
import { ModelInstance } from '../../runtime/src/inference/model-instance';

// What requests go through (the rows of a served model) against what golden samples and `model check` go through, for the
// rows of every fixture: the same tensors, bit by bit. Beyond that, online.test.ts and online-images.test.ts compare whole
// answers over HTTP.

interface Case {
  readonly preprocessing: object;
  readonly inputs: readonly object[];
  readonly rows: readonly Record<string, unknown>[];
  readonly at?: string;
}

const fixture = (name: string) =>
  JSON.parse(readFileSync(path.join(__dirname, 'reference', name), 'utf8')) as ReturnType<typeof JSON.parse>;

const floats = (names: readonly string[]) => ({
  name: 'features',
  dtype: 'FP32',
  shape: ['batch', names.length],
  columns: names.map((name) => ({ name, required: false })),
});

function tabular(): Case[] {
  return fixture('reference.json').steps.map(
    ({
      fields,
      steps,
      rows,
      columns,
    }: {
      fields: object;
      steps: object;
      rows: Case['rows'];
      columns: object;
    }) => ({
      preprocessing: { fields, steps },
      inputs: [floats(Object.keys(columns))],
      rows,
    }),
  );
}

function images(): Case[] {
  const { files, cases } = fixture('images.json');
  return cases.map(({ file, step, input }: { file: string; step: object; input: object }) => ({
    preprocessing: {
      fields: [{ name: 'photo', type: 'image', formats: ['jpeg', 'png', 'webp', 'gif', 'tiff'] }],
      steps: [{ step: 'image', field: 'photo', ...step }],
    },
    inputs: [{ name: 'photo', ...input }],
    rows: [{ photo: files[file] }],
  }));
}

/** Every check with every policy that keeps the row, broken by some rows and kept by others. */
function rules(): Case[] {
  const optional = ['a', 'b', 'c'].map((name) => ({ name, type: 'number', required: false }));
  const fields = [...optional, { name: 'd', type: 'date', required: false, onMissing: 'flag' }];
  const steps = [{ step: 'date', field: 'd', part: 'epoch-days', as: ['days'] }];
  const checks = [
    { check: 'compare', left: 'a', op: '<=', right: { field: 'b' } },
    { check: 'compare', left: 'a', op: '!=', right: { value: 3 } },
    { check: 'sum', of: ['a', 'b', 'c'], op: '<', right: { value: 6 } },
    { check: 'difference', of: ['a', 'b'], op: '>=', right: { field: 'c' } },
    { check: 'required', fields: ['b'], when: [{ field: 'a', op: '>', value: 1 }] },
    { check: 'one-of', fields: ['a', 'b'] },
    { check: 'exclusive', fields: ['b', 'c'] },
    { check: 'age', field: 'd', atMostSeconds: 3600 },
  ];
  const rows = [
    { a: 1, b: 2, c: 3, d: '2024-05-01T12:00:00Z' },
    { a: 3, b: 2, d: '2024-05-01T10:00:00Z' },
    { b: 2, c: 3 },
    { a: 4, d: null },
  ];
  return checks.flatMap((check) =>
    [{ onViolation: 'flag' }, { onViolation: 'impute', impute: 'a' }].map((policy) => ({
      preprocessing: { fields, steps, rules: [{ name: 'it', ...check, ...policy }] },
      inputs: [floats(['a', 'b', 'c', 'days'])],
      rows,
      at: '2024-05-01T12:30:00Z',
    })),
  );
}

const CASES = [...tabular(), ...images(), ...rules()];

function manifestOf({ preprocessing, inputs }: Case): Manifest {
  return manifestSchema.parse({
    apiVersion: 'inferstack.dev/v1',
    kind: 'Model',
    name: 'parity',
    version: '1',
    signature: {
      inputs: inputs.map((input) => inputSchema.parse(input)),
      outputs: [{ name: 'y', dtype: 'FP32', shape: ['batch', 1] }],
    },
    preprocessing,
    card: { owner: 'tests', intendedUse: 'Shows parity.', trainingData: 'none' },
  });
}

const bytes = ({ data }: Tensor): Buffer => {
  const { buffer, byteOffset, byteLength } = data as Float32Array;
  return Buffer.from(buffer, byteOffset, byteLength);
};

test('requests and golden samples take every fixture to the same tensors, bit by bit', async () => {
  let rows = 0;
  for (const one of CASES) {
    const manifest = manifestOf(one);
    const instance = new ModelInstance({ manifest, digest: 'sha256:0' }, {} as Executor, {
      loadSeconds: 0,
      goldenSamples: 0,
    });
    const online = await instance.rows.decode(
      one.rows,
      [],
      one.at === undefined ? undefined : Date.parse(one.at),
    );
    const golden = await new SampleInputs(manifest).read({
      id: 'it',
      inputs: {},
      rows: one.rows as never,
      at: one.at,
      outputs: {},
      tolerance: { absolute: 0, relative: 0 },
    });
    expect(online.map(({ name, shape }) => [name, shape])).toEqual(
      golden.map(({ name, shape }) => [name, shape]),
    );
    for (const [i, tensor] of online.entries())
      expect(Buffer.compare(bytes(tensor), bytes(golden[i]!))).toBe(0);
    rows += one.rows.length;
  }
  expect(CASES.length).toBeGreaterThanOrEqual(348);
  expect(rows).toBeGreaterThan(2000);
});
