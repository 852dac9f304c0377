import type { Tensor } from '../../../runtime/src/contract';
import { type ModelPackage, nestedToTensor } from '../../../runtime/src/model';
import { decodeInferRequest } from '../../../runtime/src/protocols/grpc/infer/decode-infer-request';
import { encodeInferResponse } from '../../../runtime/src/protocols/grpc/infer/encode-infer-response';
import {
  ModelInferRequest,
  ModelInferResponse,
} from '../../../runtime/src/protocols/grpc/messages/infer-messages';
import type { MessageValue } from '../../../runtime/src/protocols/grpc/schema/message';

export type InferRequestValue = Partial<MessageValue<typeof ModelInferRequest>>;

/** A request with these tensors, raw or typed. */
export function inferRequest(model: string, tensors: readonly Tensor[], raw = true): InferRequestValue {
  const bytes = encodeInferResponse({ model, version: '', id: '', outputs: tensors, raw });
  const { outputs, raw_output_contents } = ModelInferResponse.decode(bytes);
  return { model_name: model, inputs: outputs, raw_input_contents: raw_output_contents };
}

/** The outputs of a response as tensors. */
export function outputsOf(response: MessageValue<typeof ModelInferResponse>): readonly Tensor[] {
  const { outputs, raw_output_contents } = response;
  return decodeInferRequest(
    ModelInferRequest.encode({ inputs: outputs, raw_input_contents: raw_output_contents }),
  ).inputs;
}

/** Inputs of the n-th golden sample. */
export function sampleInputs({ manifest, samples }: ModelPackage, index: number): Tensor[] {
  return manifest.signature.inputs.map(({ name, dtype }) =>
    nestedToTensor(name, dtype, samples[index]!.inputs[name]!),
  );
}

/** Outputs expected of the n-th golden sample. */
export function sampleOutputs({ manifest, samples }: ModelPackage, index: number): Tensor[] {
  return manifest.signature.outputs.map(({ name, dtype }) =>
    nestedToTensor(name, dtype, samples[index]!.outputs[name]!),
  );
}
