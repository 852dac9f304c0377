import type { Tensor, TensorData } from '../../contract';

/**
 * Puts the requests of one batch under each other: every input is joined along its first dimension. The requests
 * must agree in everything but that dimension (see `batchKey`).
 */
export function stack(requests: readonly (readonly Tensor[])[]): readonly Tensor[] {
  const first = requests[0]!;
  if (requests.length === 1) return first;
  return first.map((tensor, input) => {
    const parts = requests.map((request) => request[input]!);
    const rows = parts.reduce((sum, part) => sum + part.shape[0]!, 0);
    return {
      name: tensor.name,
      dtype: tensor.dtype,
      shape: [rows, ...tensor.shape.slice(1)],
      data: join(parts.map((part) => part.data)),
    };
  });
}

/**
 * Cuts the outputs of a batch into those of its requests: views, nothing is copied.
 *
 * @param rows rows of each request, in the order they were stacked.
 */
export function unstack(outputs: readonly Tensor[], rows: readonly number[]): Tensor[][] {
  if (rows.length === 1) return [[...outputs]];
  const total = rows.reduce((sum, n) => sum + n, 0);
  const perRow = outputs.map((output) => output.data.length / total);
  let start = 0;
  return rows.map((count) => {
    const from = start;
    start += count;
    return outputs.map((output, i) => ({
      name: output.name,
      dtype: output.dtype,
      shape: [count, ...output.shape.slice(1)],
      data: cut(output.data, from * perRow[i]!, start * perRow[i]!),
    }));
  });
}

/** Shapes below the batch dimension as text: requests with equal keys can share a batch. */
export function batchKey(inputs: readonly Tensor[]): string {
  return inputs.map((tensor) => tensor.shape.slice(1).join('x')).join(',');
}

type TypedArray = Exclude<TensorData, string[]>;

function join(parts: readonly TensorData[]): TensorData {
  const first = parts[0]!;
  if (Array.isArray(first)) return (parts as string[][]).flat();
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const joined = new (first.constructor as new (length: number) => TypedArray)(length);
  let offset = 0;
  for (const part of parts as TypedArray[]) {
    (joined as Float32Array).set(part as Float32Array, offset);
    offset += part.length;
  }
  return joined;
}

function cut(data: TensorData, from: number, to: number): TensorData {
  return Array.isArray(data) ? data.slice(from, to) : data.subarray(from, to);
}
