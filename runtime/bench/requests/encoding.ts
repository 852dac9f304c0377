import type { WholeReply } from '../harness/send-once';
import type { Target } from '../load/target';
import type { BenchModel } from './bench-model';
import { binaryRequest, readBinaryOutputs } from './binary-encoding';
import { jsonRequest, readJsonOutputs } from './json-encoding';

/** How tensors travel: Open Inference Protocol JSON, or its binary tensor extension. */
export type Encoding = 'json' | 'binary';

/** Flat values of each output by name. */
export type Outputs = Readonly<Record<string, readonly number[]>>;

interface Codec {
  request(model: BenchModel): Pick<Target, 'headers' | 'body'>;
  outputs(reply: WholeReply): Outputs;
}

export const encodings: Readonly<Record<Encoding, Codec>> = {
  json: { request: jsonRequest, outputs: readJsonOutputs },
  binary: { request: binaryRequest, outputs: readBinaryOutputs },
};

/** The request for one row of the model, the same bytes for every server of this encoding. */
export function inferTarget(model: BenchModel, encoding: Encoding, port: number): Target {
  return { port, path: `/v2/models/${model.name}/infer`, ...encodings[encoding].request(model) };
}
