import type { Problem } from '../contract';
import type { OnnxGraph, OnnxValue } from './onnx/onnx-graph';

const ZIP_MAP = "With skl2onnx: convert_sklearn(..., options={'zipmap': False}).";
const TENSORS = 'Export the model again so that it gives one tensor.';

/** Refuses inputs and outputs that no tensor protocol can carry. */
export function checkServed(file: string, graph: OnnxGraph): Problem[] {
  const zipMap = graph.operators['ai.onnx.ml::ZipMap'] !== undefined;
  return [
    ...graph.inputs.flatMap((value) => unserved(file, 'input', value, TENSORS)),
    ...graph.outputs.flatMap((value) =>
      unserved(file, 'output', value, zipMap ? ZIP_MAP : `${TENSORS} ${ZIP_MAP}`),
    ),
  ];
}

function unserved(file: string, side: 'input' | 'output', value: OnnxValue, remedy: string): Problem[] {
  const at = `${file} ${side} "${value.name}"`;
  if (value.kind !== 'tensor') {
    const what = `the ${side} is a ${value.kind}, not a tensor`;
    return [{ code: 'ONNX_UNSUPPORTED', at, what, got: value.kind, allowed: 'tensor', remedy }];
  }
  if (value.dtype !== undefined) return [];
  return [
    {
      code: 'ONNX_UNSUPPORTED',
      at,
      what: `the ${side} has an element type that cannot be served`,
      got: value.elementType ?? 'none',
      allowed: 'booleans, 8 to 64 bit integers, 16 to 64 bit floats, strings',
      remedy: 'Cast it inside the graph and export again.',
    },
  ];
}
