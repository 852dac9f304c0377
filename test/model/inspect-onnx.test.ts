import fs from 'node:fs';
import path from 'node:path';
import { inspectOnnx } from '../../runtime/src/model';
import { bytes, graph, type ModelSpec, message, number, onnx, varint, weight } from '../support/onnx-builder';
import { problemsOf, removeTemporaryDirectories, temporaryDirectory } from '../support/package-builder';

afterAll(removeTemporaryDirectories);

function write(contents: Buffer): string {
  const file = path.join(temporaryDirectory(), 'model.onnx');
  fs.writeFileSync(file, contents);
  return file;
}

const inspect = (model: ModelSpec | Buffer) =>
  inspectOnnx(write(Buffer.isBuffer(model) ? model : onnx(model)));

test('reads the header', () => {
  const model = inspect({
    irVersion: 10,
    producer: 'trainer',
    opsets: { '': 17, 'ai.onnx.ml': 3 },
    metadata: { author: 'me', labels: 'a,b' },
    inputs: [
      { name: 'x', type: 'FLOAT16', shape: ['batch', 3, null] },
      { name: 'text', type: 'STRING', shape: [] },
    ],
    outputs: [{ name: 'y', type: 'BOOL' }],
    nodes: [
      { op: 'Relu', inputs: ['x'], outputs: ['z'] },
      { op: 'Relu', inputs: ['z'], outputs: ['y'] },
      { op: 'Scaler', domain: 'ai.onnx.ml', inputs: ['z'], outputs: ['q'] },
    ],
    weights: [{ name: 'w', dims: [2], raw: Buffer.alloc(8) }],
  });
  expect(model).toMatchObject({
    irVersion: 10,
    producer: { name: 'trainer', version: '' },
    opsets: { 'ai.onnx': 17, 'ai.onnx.ml': 3 },
    metadata: { author: 'me', labels: 'a,b' },
    inputs: [
      { name: 'x', kind: 'tensor', dtype: 'FP16', shape: ['batch', 3, null] },
      { name: 'text', dtype: 'BYTES', shape: [] },
    ],
    outputs: [{ name: 'y', dtype: 'BOOL', shape: undefined }],
    operators: { Relu: 2, 'ai.onnx.ml::Scaler': 1 },
    externalData: [],
    initializerBytes: 8,
  });
});

test('weights are skipped, not read', () => {
  const file = write(onnx({ weights: [{ name: 'w', raw: Buffer.alloc(50_000_000) }] }));
  const read = jest.spyOn(fs, 'readSync');
  expect(inspectOnnx(file).initializerBytes).toBe(50_000_000);
  const total = read.mock.results.reduce((sum, { value }) => sum + (value as number), 0);
  read.mockRestore();
  expect(total).toBeLessThan(300_000);
});

test('finds external data wherever tensors hide', () => {
  const tensor = (location: string, extra = {}) => ({ name: location, external: { location, ...extra } });
  const attribute = (...content: Buffer[]) => message(5, bytes(1, 'attribute'), ...content);
  const branch = (location: string) =>
    graph(6, {
      weights: [tensor(location)],
      nodes: [
        { op: 'Constant', inputs: [], outputs: ['c'], attributes: [attribute(weight(5, tensor('deep')))] },
      ],
    });
  const model = inspect({
    weights: [
      tensor('top', { offset: '4', length: '8' }),
      tensor('top', { offset: '100', length: '20' }),
      tensor('whole'),
    ],
    nodes: [
      { op: 'If', inputs: ['x'], outputs: ['y'], attributes: [attribute(branch('then'))] },
      { op: 'Constant', inputs: [], outputs: ['k'], attributes: [attribute(weight(10, tensor('listed')))] },
    ],
  });
  expect(model.externalData).toEqual([
    { location: 'deep', minBytes: 0 },
    { location: 'then', minBytes: 0 },
    { location: 'listed', minBytes: 0 },
    { location: 'top', minBytes: 120 },
    { location: 'whole', minBytes: 0 },
  ]);
  expect(model.operators).toEqual({ Constant: 2, If: 1 });
});

test('weights in functions, sparse weights and sparse attributes count', () => {
  const external = (location: string) => ({ name: location, external: { location } });
  const constant = (content: Buffer) => message(7, bytes(4, 'Constant'), message(5, content));
  const model = inspect(
    Buffer.concat([
      onnx({}),
      message(25, bytes(1, 'f'), constant(weight(5, external('function')))),
      message(7, message(15, weight(1, external('values')), weight(2, external('indices')))),
      message(7, message(1, message(5, message(22, weight(1, external('sparse')))))),
    ]),
  );
  expect(model.externalData.map(({ location }) => location).sort()).toEqual([
    'function',
    'indices',
    'sparse',
    'values',
  ]);
});

test('weights as numbers instead of bytes are counted, packed or not', () => {
  const packed = message(5, bytes(8, 'w'), bytes(4, Buffer.alloc(12)));
  const single = Buffer.concat([varint(4 * 8 + 5), Buffer.alloc(4)]);
  const model = inspect(message(7, packed, message(5, bytes(8, 'v'), single, single)));
  expect(model.initializerBytes).toBe(20);
});

describe('corrupt files', () => {
  const invalid = (contents: Buffer): string => {
    const found = problemsOf(() => inspect(contents));
    expect(found).toMatchObject([{ code: 'ONNX_INVALID', at: 'model.onnx' }]);
    return found[0]!.what;
  };

  test.each<[string, Buffer, string]>([
    ['a length beyond the end', Buffer.concat([varint(7 * 8 + 2), varint(1000)]), 'ends early'],
    ['a length of 2^62', Buffer.concat([varint(7 * 8 + 2), varint(2n ** 62n)]), 'ends early'],
    ['a negative length', Buffer.concat([varint(7 * 8 + 2), varint(-1n)]), 'ends early'],
    ['a number without end', Buffer.alloc(40, 0xff), 'more than ten bytes'],
    ['an unknown wire type', Buffer.from([7]), 'field number 0'],
    ['a group', Buffer.from([11, 0]), 'wire type 3'],
    ['a graph that is a number', number(7, 5), 'wire type 0'],
    ['a name that is a number', message(7, message(11, number(1, 5))), 'wire type 0'],
    ['a fixed number that is cut off', Buffer.from([37, 0, 0]), 'ends early'],
    ['a part longer than its whole', message(7, varint(11 * 8 + 2), varint(50)), 'ends early'],
    ['a text of 2 MiB', bytes(2, Buffer.alloc(2 << 20, 97)), 'a text of'],
  ])('%s', (_, contents, what) => {
    expect(invalid(contents)).toContain(what);
  });

  test('subgraphs nested beyond reason', () => {
    let nested = graph(6, {});
    for (let i = 0; i < 2000; i++) nested = message(6, message(1, message(5, nested)));
    expect(invalid(message(7, message(1, message(5, nested))))).toContain('nested');
  });

  test('reasonable nesting is read', () => {
    let nested = graph(6, { nodes: [{ op: 'Innermost', inputs: [], outputs: [] }] });
    for (let i = 0; i < 20; i++) nested = message(6, message(1, message(5, nested)));
    expect(inspect(message(7, message(1, message(5, nested)))).operators).toMatchObject({ Innermost: 1 });
  });
});

test('a file that is not there', () => {
  const file = path.join(temporaryDirectory(), 'none.onnx');
  expect(problemsOf(() => inspectOnnx(file))).toMatchObject([{ code: 'PACKAGE_FILE_UNREADABLE', at: file }]);
});

test('a directory', () => {
  expect(problemsOf(() => inspectOnnx(temporaryDirectory()))).toMatchObject([{ code: 'ONNX_INVALID' }]);
});

test('unknown element types keep their number', () => {
  const type = message(2, message(1, number(1, 99)));
  const model = inspect(message(7, message(11, bytes(1, 'x'), type)));
  expect(model.inputs).toMatchObject([{ name: 'x', dtype: undefined, elementType: 'element type 99' }]);
});
