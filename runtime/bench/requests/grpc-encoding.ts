import {
  InferInputTensor,
  ModelInferRequest,
  ModelInferResponse,
} from '../../src/protocols/grpc/messages/infer-messages';
import type { WholeReply } from '../harness/send-once';
import { frame, unframe } from '../load/grpc-frame';
import type { Target } from '../load/target';
import type { BenchModel } from './bench-model';
import type { Outputs } from './encoding';
import { rawElements, readRawElements } from './raw-elements';

/** ModelInferRequest with raw_input_contents, framed. Source: gRPC service of the Open Inference Protocol. */
export function grpcRequest(model: BenchModel): Pick<Target, 'headers' | 'body'> {
  const message = ModelInferRequest.encode({
    model_name: model.name,
    inputs: model.inputs.map(({ name, datatype, shape }) => ({
      ...InferInputTensor.empty(),
      name,
      datatype,
      shape: shape.map(BigInt),
    })),
    raw_input_contents: model.inputs.map((input) => Buffer.from(rawElements(input))),
  });
  return { headers: {}, body: frame(message) };
}

export function readGrpcOutputs({ body }: WholeReply): Outputs {
  const { outputs, raw_output_contents } = ModelInferResponse.decode(unframe(body));
  return Object.fromEntries(
    outputs.map(({ name, datatype }, i) => [
      name,
      readRawElements(datatype, raw_output_contents[i] ?? Buffer.alloc(0)),
    ]),
  );
}
