import type { WholeReply } from '../harness/send-once';
import type { Target } from '../load/target';
import type { BenchModel, RowTensor } from './bench-model';
import type { Outputs } from './encoding';

/** A tensor as Open Inference Protocol JSON. */
export type JsonTensor = RowTensor;

export function jsonRequest(model: BenchModel): Pick<Target, 'headers' | 'body'> {
  return {
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ inputs: model.inputs })),
  };
}

export function readJsonOutputs(reply: WholeReply): Outputs {
  const { outputs } = JSON.parse(reply.body.toString('utf8')) as { outputs: JsonTensor[] };
  return Object.fromEntries(outputs.map((output) => [output.name, output.data]));
}

/** The response a right server gives, for servers that do not compute it. */
export function goldenResponse(model: BenchModel): string {
  const { name, version, outputs } = model;
  return JSON.stringify({ model_name: name, model_version: version, outputs });
}
