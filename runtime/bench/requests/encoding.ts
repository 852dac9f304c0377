import type { WholeReply } from '../harness/send-once';
import type { Target } from '../load/target';
import type { BenchModel } from './bench-model';
import { binaryRequest, readBinaryOutputs } from './binary-encoding';
import { grpcRequest, readGrpcOutputs } from './grpc-encoding';
import { jsonRequest, readJsonOutputs } from './json-encoding';

/** How tensors travel: Open Inference Protocol JSON, its binary tensor extension, or its gRPC with raw contents. */
export type Encoding = 'json' | 'binary' | 'grpc';

/** Flat values of each output by name. */
export type Outputs = Readonly<Record<string, readonly number[]>>;

interface Codec {
  readonly transport: Target['transport'];
  path(model: BenchModel): string;
  request(model: BenchModel): Pick<Target, 'headers' | 'body'>;
  outputs(reply: WholeReply): Outputs;
}

const http = {
  transport: 'http',
  path: ({ name }: BenchModel) => `/v2/models/${name}/infer`,
} as const;

export const encodings: Readonly<Record<Encoding, Codec>> = {
  json: { ...http, request: jsonRequest, outputs: readJsonOutputs },
  binary: { ...http, request: binaryRequest, outputs: readBinaryOutputs },
  grpc: {
    transport: 'grpc',
    path: () => '/inference.GRPCInferenceService/ModelInfer',
    request: grpcRequest,
    outputs: readGrpcOutputs,
  },
};

/** The request for one row of the model, the same bytes for every server of this encoding. */
export function inferTarget(model: BenchModel, encoding: Encoding, port: number): Target {
  const { transport, path, request } = encodings[encoding];
  return { transport, port, path: path(model), ...request(model) };
}
