import { openModelPackage } from '../../runtime/src/model';
import { identity, type ModelSpec, onnx } from '../support/onnx-builder';
import {
  manifestWith,
  problemsOf,
  removeTemporaryDirectories,
  writePackage,
} from '../support/package-builder';

afterAll(removeTemporaryDirectories);

/** Problems of the sound package with another graph. */
const withGraph = (change: ModelSpec | Buffer, files = {}) => {
  const graph = Buffer.isBuffer(change) ? change : onnx(identity(change));
  return problemsOf(() => openModelPackage(writePackage({ ...files, 'model.onnx': graph })));
};

const features = { name: 'features', shape: ['batch', 2] };
const scores = { name: 'scores', shape: ['batch', 2] };

describe('signature and graph', () => {
  test('another dtype', () => {
    expect(withGraph({ inputs: [{ ...features, type: 'DOUBLE' }] })).toMatchObject([
      {
        code: 'SIGNATURE_MISMATCH',
        at: 'model.yaml:8 signature.inputs[0].dtype',
        got: '"FP32"',
        allowed: 'FP64',
      },
    ]);
  });

  test('another fixed dimension', () => {
    expect(withGraph({ inputs: [{ name: 'features', shape: ['batch', 3] }] })).toMatchObject([
      {
        code: 'SIGNATURE_MISMATCH',
        at: 'model.yaml:9 signature.inputs[0].shape',
        got: '"[batch, 2]"',
        allowed: '[batch, 3]',
      },
    ]);
  });

  test('another rank', () => {
    expect(withGraph({ inputs: [{ name: 'features', shape: ['batch', 2, 1] }] })).toMatchObject([
      { code: 'SIGNATURE_MISMATCH', what: 'the graph has another rank' },
    ]);
  });

  test('a batch that the graph fixes', () => {
    const found = withGraph({ inputs: [{ name: 'features', shape: [1, 2] }] });
    expect(found).toMatchObject([{ code: 'SIGNATURE_MISMATCH', allowed: '[1, 2]' }]);
    expect(found[0]?.remedy).toContain('dynamic');
  });

  test.each([
    ['another name of the batch', ['N', 2]],
    ['a batch without a name', [null, 2]],
    ['a width the graph leaves open', ['batch', null]],
    ['-1 for an open dimension', [-1, 2]],
    ['no shape at all', undefined],
  ])('%s is no contradiction', (_, shape) => {
    expect(withGraph({ inputs: [{ name: 'features', shape }] })).toEqual([]);
  });

  test('a renamed input suggests the name in the graph', () => {
    const yaml = manifestWith(['name: features', 'name: Feature']);
    const found = problemsOf(() => openModelPackage(writePackage({ 'model.yaml': yaml })));
    expect(found).toContainEqual(
      expect.objectContaining({
        code: 'SIGNATURE_MISMATCH',
        at: 'model.yaml:7 signature.inputs[0].name',
        remedy: 'Did you mean "features"?',
      }),
    );
    // One cause, one problem: the graph's own name is not reported as left out on top.
    expect(found.filter(({ code }) => code === 'SIGNATURE_MISMATCH')).toHaveLength(1);
  });

  test('a name unlike any in the graph', () => {
    const yaml = manifestWith(['name: features', 'name: q']);
    const found = problemsOf(() => openModelPackage(writePackage({ 'model.yaml': yaml })));
    expect(found.filter(({ code }) => code === 'SIGNATURE_MISMATCH').map(({ what }) => what)).toEqual([
      'the graph has no input of this name',
      'the graph has the input "features", which the signature leaves out',
    ]);
  });

  test('an input the signature leaves out', () => {
    expect(withGraph({ inputs: [features, { name: 'mask', shape: ['batch'] }] })).toMatchObject([
      {
        code: 'SIGNATURE_MISMATCH',
        at: 'model.yaml:6 signature.inputs',
        what: 'the graph has the input "mask", which the signature leaves out',
      },
    ]);
  });

  test('an output the signature leaves out', () => {
    expect(
      withGraph({ outputs: [scores, { name: 'label', type: 'INT64', shape: ['batch'] }] }),
    ).toMatchObject([{ code: 'SIGNATURE_MISMATCH', at: 'model.yaml:14 signature.outputs' }]);
  });

  test('an output the graph does not have', () => {
    const yaml = manifestWith([
      '  outputs:',
      '  outputs:\n    - {name: label, dtype: INT64, shape: [batch]}',
    ]);
    expect(problemsOf(() => openModelPackage(writePackage({ 'model.yaml': yaml })))).toMatchObject([
      { code: 'SIGNATURE_MISMATCH', at: 'model.yaml:15 signature.outputs[0].name' },
    ]);
  });

  test('an input that is a weight of the graph is not asked of callers', () => {
    const inputs = [features, { name: 'bias', shape: [2] }];
    const weights = [{ name: 'bias', dims: [2], raw: Buffer.alloc(8) }];
    expect(withGraph({ inputs, weights })).toEqual([]);
    const yaml = manifestWith([
      '  outputs:',
      '    - {name: bias, dtype: FP32, shape: [batch, 2]}\n  outputs:',
    ]);
    const found = withGraph({ inputs, weights }, { 'model.yaml': yaml });
    expect(found).toContainEqual(
      expect.objectContaining({ remedy: 'Remove it: the graph holds its value as a weight.' }),
    );
  });

  test('inputs of different batches', () => {
    const yaml = manifestWith([
      '  outputs:',
      '    - {name: mask, dtype: FP32, shape: [rows, 2]}\n  outputs:',
    ]);
    const found = withGraph(
      { inputs: [features, { name: 'mask', shape: [null, 2] }] },
      { 'model.yaml': yaml },
    );
    expect(found).toContainEqual(
      expect.objectContaining({
        code: 'MANIFEST_INCONSISTENT',
        at: 'model.yaml:14 signature.inputs[1].shape',
        got: '"[rows, 2]"',
      }),
    );
  });
});

describe('what cannot be served', () => {
  test.each(['sequence', 'map', 'optional'] as const)('an output that is a %s', (kind) => {
    expect(withGraph({ outputs: [{ ...scores, kind }] })).toMatchObject([
      { code: 'ONNX_UNSUPPORTED', at: 'model.onnx output "scores"', got: kind, allowed: 'tensor' },
    ]);
  });

  test('the map of a scikit-learn classifier names the option that removes it', () => {
    const found = withGraph({
      outputs: [{ ...scores, kind: 'sequence' }],
      nodes: [{ op: 'ZipMap', domain: 'ai.onnx.ml', inputs: ['features'], outputs: ['scores'] }],
    });
    expect(found[0]?.remedy).toContain("options={'zipmap': False}");
  });

  test.each(['COMPLEX64', 'FLOAT8'] as const)('%s', (type) => {
    expect(withGraph({ inputs: [{ ...features, type }] })).toMatchObject([
      { code: 'ONNX_UNSUPPORTED', at: 'model.onnx input "features"' },
    ]);
  });
});

describe('external data', () => {
  const external = (location: string, more = {}) => ({
    weights: [{ name: 'w', dims: [2], external: { location, offset: '0', length: '8', ...more } }],
  });

  test('is part of the package', () => {
    expect(withGraph(external('model.onnx.data'), { 'model.onnx.data': Buffer.alloc(8) })).toEqual([]);
  });

  test('is missing', () => {
    expect(withGraph(external('model.onnx.data'))).toMatchObject([
      { code: 'PACKAGE_FILE_MISSING', at: 'model.onnx', allowed: 'model.onnx.data' },
    ]);
  });

  test('is cut off', () => {
    const files = { 'model.onnx.data': Buffer.alloc(15) };
    expect(withGraph(external('model.onnx.data', { offset: '8' }), files)).toMatchObject([
      { code: 'ONNX_INVALID', at: 'model.onnx.data', got: '15 bytes', allowed: 'at least 16 bytes' },
    ]);
  });

  test.each(['../weights', '/etc/passwd', 'a/../../b', '..', '.env', '\\\\server\\share', 'C:\\w'])(
    'outside of the package: %s',
    (location) => {
      expect(withGraph(external(location))).toMatchObject([
        { code: 'PACKAGE_PATH', at: 'model.onnx', got: JSON.stringify(location) },
      ]);
    },
  );

  test('beside a graph in a folder', () => {
    const directory = writePackage({
      'model.yaml': manifestWith(['kind: Model', 'kind: Model\ngraph: net/model.onnx']),
      'model.onnx': undefined,
      'net/model.onnx': onnx(identity(external('weights'))),
      'net/weights': Buffer.alloc(8),
    });
    expect(openModelPackage(directory).manifest.graph).toBe('net/model.onnx');
  });
});

test.each<[string, Buffer, string]>([
  ['an empty file', Buffer.alloc(0), 'it is empty'],
  ['a Git LFS pointer', Buffer.from('version https://git-lfs.github.com/spec/v1\noid x'), 'Git LFS'],
  ['a zip archive', Buffer.from('PK\u0003\u0004rest', 'latin1'), 'zip'],
  ['a web page', Buffer.from('<!DOCTYPE html>'), 'HTML'],
  ['a pickle', Buffer.from([0x80, 4, 0x95]), 'pickle'],
  ['half a graph', onnx().subarray(0, 60), 'ends early'],
  ['no graph', Buffer.from([8, 9]), 'no graph'],
])('%s is not ONNX', (_, graph, what) => {
  expect(withGraph(graph)).toMatchObject([
    { code: 'ONNX_INVALID', at: 'model.onnx', what: expect.stringContaining(what) },
  ]);
});
