import type { Tensor, TensorData } from '../contract';
import { ELEMENTS } from '../model/tensor-elements';

/** The rows of a tensor at these positions, in their order: copied as they are, bit by bit. */
export function gatherRows(tensor: Tensor, positions: readonly number[]): Tensor {
  const shape = [positions.length, ...tensor.shape.slice(1)];
  const data = emptyRows(tensor, positions.length);
  for (const [to, from] of positions.entries()) copyRow(tensor, from, data, to);
  return { ...tensor, shape, data };
}

/** Rows that went different ways. */
export interface RowsPart {
  /** Where they were. */
  readonly positions: readonly number[];
  readonly tensor: Tensor;
}

/** Puts rows back in the order they came in; every position must be in one part. */
export function scatterRows(parts: readonly RowsPart[]): Tensor {
  const first = parts[0]!.tensor;
  const rows = parts.reduce((sum, { positions }) => sum + positions.length, 0);
  const data = emptyRows(first, rows);
  for (const { positions, tensor } of parts)
    for (const [from, to] of positions.entries()) copyRow(tensor, from, data, to);
  return { ...first, shape: [rows, ...first.shape.slice(1)], data };
}

/** Elements of one row. */
const rowWidth = ({ shape }: Tensor): number => shape.slice(1).reduce((product, size) => product * size, 1);

function emptyRows(tensor: Tensor, rows: number): TensorData {
  return ELEMENTS[tensor.dtype].create(rows * rowWidth(tensor));
}

function copyRow(tensor: Tensor, from: number, target: TensorData, to: number): void {
  const width = rowWidth(tensor);
  const { data } = tensor;
  if (Array.isArray(data)) {
    for (let i = 0; i < width; i++) (target as string[])[to * width + i] = data[from * width + i]!;
  } else {
    const row = data.subarray(from * width, (from + 1) * width);
    (target as Float32Array).set(row as Float32Array, to * width);
  }
}
