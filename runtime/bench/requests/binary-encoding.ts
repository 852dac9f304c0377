import type { WholeReply } from '../harness/send-once';
import type { Target } from '../load/target';
import type { BenchModel, RowTensor } from './bench-model';
import type { Outputs } from './encoding';
import { rawElements, readRawElements } from './raw-elements';

/** Raw tensors after a JSON header. Source: binary tensor data extension of the Open Inference Protocol. */
const HEADER_LENGTH = 'inference-header-content-length';

interface BinaryTensor {
  readonly name: string;
  readonly datatype: RowTensor['datatype'];
  readonly parameters: { readonly binary_data_size: number };
}

/** Padding the header lets a server look at the tensors without copying them. */
const ALIGNMENT = 8;

export function binaryRequest(model: BenchModel): Pick<Target, 'headers' | 'body'> {
  const data = model.inputs.map(rawElements);
  const inputs = model.inputs.map(({ name, datatype, shape }, i) => ({
    name,
    datatype,
    shape,
    parameters: { binary_data_size: data[i]!.byteLength },
  }));
  const text = JSON.stringify({ inputs, parameters: { binary_data_output: true } });
  const header = Buffer.from(text.padEnd(Math.ceil(text.length / ALIGNMENT) * ALIGNMENT));
  return {
    headers: { 'content-type': 'application/octet-stream', [HEADER_LENGTH]: String(header.length) },
    body: Buffer.concat([header, ...data]),
  };
}

export function readBinaryOutputs({ headers, body }: WholeReply): Outputs {
  const headerLength = Number(headers[HEADER_LENGTH]);
  const header = JSON.parse(body.toString('utf8', 0, headerLength)) as { outputs: BinaryTensor[] };
  let offset = headerLength;
  const read = ({ name, datatype, parameters }: BinaryTensor): [string, number[]] => {
    const start = offset;
    offset += parameters.binary_data_size;
    return [name, readRawElements(datatype, body.subarray(start, offset))];
  };
  return Object.fromEntries(header.outputs.map(read));
}
