import type { Tensor } from '../../../contract';
import type { WireWriter } from '../wire/wire-writer';
import { contentsField } from './tensor-types';

/** Writes the fields of InferTensorContents for a tensor that has a typed form. */
export function writeTypedContents(writer: WireWriter, { dtype, data }: Tensor): void {
  const field = contentsField(dtype)!;
  if (field.kind === 'bytes') {
    for (const text of data as string[]) writer.stringField(field.number, text);
  } else if (data.length > 0) {
    writer.nested(field.number, () => writeNumbers(writer, { dtype, data }));
  }
}

function writeNumbers(writer: WireWriter, { dtype, data }: Pick<Tensor, 'dtype' | 'data'>): void {
  switch (dtype) {
    case 'FP32':
      for (const value of data as Float32Array) writer.float(value);
      break;
    case 'FP64':
      for (const value of data as Float64Array) writer.double(value);
      break;
    case 'INT64':
    case 'UINT64':
      writeWide(writer, data as BigInt64Array);
      break;
    default:
      for (const value of data as Int32Array) writer.signed(value);
  }
}

function writeWide(writer: WireWriter, { buffer, byteOffset, length }: BigInt64Array): void {
  const halves = new Uint32Array(buffer, byteOffset, 2 * length);
  for (let i = 0; i < halves.length; i += 2) writer.halves64(halves[i]!, halves[i + 1]!);
}
