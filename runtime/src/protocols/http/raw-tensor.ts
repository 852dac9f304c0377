import type { InputSpec, Tensor } from '../../contract';
import { RequestError } from '../../errors';
import { InputProblems, type ModelInstance } from '../../inference';
import { FormProblems } from '../../inference/form-problems';
import { numericData, readTensorBytes } from '../../inference/tensor-bytes';

/**
 * Reads a body that is the raw elements of the only input of a model, as Inference-Header-Content-Length: 0 announces
 * it. The one size the signature leaves open, if any, follows from the length; text is a single element and has no
 * length before it.
 * Source: https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_binary_data.md
 *
 * @throws RequestError REQUEST_INVALID, INPUT_INVALID
 */
export function readRawTensor({ name: model, manifest }: ModelInstance, body: Buffer): Tensor {
  const [input, ...more] = manifest.signature.inputs;
  const open = input!.shape.filter((dimension) => typeof dimension === 'string').length;
  if (more.length > 0 || open > 1) {
    const message = `Model ${model} has several inputs or open sizes: describe the tensors in JSON before the raw bytes.`;
    throw new RequestError('REQUEST_INVALID', message);
  }
  const { name, dtype } = input!;
  const form = new FormProblems();
  const values = new InputProblems();
  const raw = dtype === 'BYTES' ? Buffer.concat([lengthOf(body), body]) : body;
  const data = readTensorBytes(dtype, raw, { at: `inputs.${name}`, form, values });
  form.throwIfAny();
  values.throwIfAny();
  return { name, dtype, shape: shapeOf(input!, body), data };
}

function lengthOf(body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(body.length);
  return length;
}

/** Sizes that do not come out even are left to the checks of every tensor. */
function shapeOf({ dtype, shape }: InputSpec, body: Buffer): number[] {
  const elements = dtype === 'BYTES' ? 1 : body.length / numericData(dtype)!.BYTES_PER_ELEMENT;
  const known = shape.reduce<number>((all, size) => (typeof size === 'number' ? all * size : all), 1);
  return shape.map((size) => (typeof size === 'number' ? size : Math.floor(elements / known)));
}
