import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { ProblemError } from '../../runtime/src/contract';
import { inspectOnnx } from '../../runtime/src/model';
import { bytes, graph, onnx } from '../support/onnx-builder';
import { removeTemporaryDirectories, temporaryDirectory } from '../support/package-builder';

const MODELS = path.resolve(__dirname, '../../examples/models');
const seeds: Buffer[] = ['breast-cancer/1', 'breast-cancer/2', 'diabetes/1', 'digits/1'].map((model) =>
  fs.readFileSync(path.join(MODELS, model, 'model.onnx')),
);
seeds.push(
  onnx({
    inputs: [{ name: 'x', kind: 'sequence' }],
    weights: [{ name: 'w', external: { location: 'w', offset: '1', length: '2' } }],
    nodes: [{ op: 'If', inputs: [], outputs: [], attributes: [bytes(5, graph(6, {}))] }],
  }),
);

const file = path.join(temporaryDirectory(), 'model.onnx');
// One descriptor for all cases: truncating a file to nothing and writing it anew costs milliseconds on some disks.
const descriptor = fs.openSync(file, 'w');
afterAll(() => {
  fs.closeSync(descriptor);
  removeTemporaryDirectories();
});

/** True when the file was read; false when it was refused in the documented way. */
function survives(contents: Uint8Array): boolean {
  fs.writeSync(descriptor, contents, 0, contents.length, 0);
  fs.ftruncateSync(descriptor, contents.length);
  try {
    inspectOnnx(file);
    return true;
  } catch (error) {
    if (error instanceof ProblemError && error.code === 'ONNX_INVALID') return false;
    throw error;
  }
}

const index = fc.nat({ max: seeds.length - 1 });
// Most bytes of a model are weights; what matters is near the start, the end and in small files.
const position = fc.oneof(fc.nat({ max: 300 }), fc.nat({ max: 1 << 16 }));

test('changed bytes are read or refused, nothing else', () => {
  const edits = fc.array(fc.tuple(position, fc.nat({ max: 255 })), { minLength: 1, maxLength: 8 });
  let refused = 0;
  fc.assert(
    fc.property(index, edits, (seed, changes) => {
      const contents = Buffer.from(seeds[seed]!);
      for (const [at, value] of changes) contents[at % contents.length] = value;
      if (!survives(contents)) refused++;
    }),
    { numRuns: 1000, seed: 1 },
  );
  expect(refused).toBeGreaterThan(100);
});

test('a file cut off anywhere is refused or lacks only what follows the graph', () => {
  fc.assert(
    fc.property(index, position, (seed, at) => {
      const whole = seeds[seed]!;
      survives(whole.subarray(0, at % whole.length));
    }),
    { numRuns: 500, seed: 2 },
  );
});

test('removed, doubled and shuffled pieces are read or refused', () => {
  fc.assert(
    fc.property(index, position, position, fc.nat({ max: 64 }), (seed, from, to, length) => {
      const contents = seeds[seed]!;
      const piece = contents.subarray(from % contents.length, (from % contents.length) + length);
      const head = contents.subarray(0, to % contents.length);
      survives(Buffer.concat([head, piece, contents.subarray(head.length)]));
      survives(Buffer.concat([head, contents.subarray(head.length + length)]));
    }),
    { numRuns: 300, seed: 3 },
  );
});

test('random bytes are read or refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (contents) => {
      survives(contents);
    }),
    { numRuns: 700, seed: 4 },
  );
});
