import { RequestError } from '../../../errors';
import { InputProblems } from '../../../inference';
import { FormProblems } from '../../../inference/form-problems';
import { asRequestError, type InferRequest } from '../infer/decode-infer-request';
import type { InferResponse } from '../infer/encode-infer-response';
import type { MessageValue } from '../schema/message';
import { PredictRequest, PredictResponse, type TensorProto } from './predict-messages';
import { readTensorProto, writeTensorProto } from './tensor-proto';

/** The one signature a model has; its name with TensorFlow is this. */
const SIGNATURE = 'serving_default';
/** What Int64Value can say. */
const WHOLE = /^\d{1,18}$/;

/**
 * Decodes PredictRequest of TensorFlow Serving.
 *
 * @throws RequestError REQUEST_SYNTAX, REQUEST_INVALID, INPUT_INVALID, MODEL_VERSION_NOT_FOUND for a label
 */
export function decodePredictRequest(bytes: Buffer): InferRequest {
  const request = asRequestError('PredictRequest', () => PredictRequest.decode(bytes));
  const { name = '', version, signature_name: signature, version_label: label } = request.model_spec ?? {};
  if (label !== undefined && label !== '') {
    throw new RequestError('MODEL_VERSION_NOT_FOUND', 'Versions have no labels here; ask for a version.');
  }
  const form = new FormProblems();
  if (signature !== undefined && signature !== '' && signature !== SIGNATURE) {
    form.add('model_spec.signature_name', JSON.stringify(signature.slice(0, 64)), SIGNATURE);
  }
  const names = request.output_filter;
  if (new Set(names).size < names.length) form.add('output_filter', 'an output twice', 'each output once');
  return {
    model: name,
    version: version === undefined ? undefined : String(version.value),
    id: '',
    inputs: readInputs(request.inputs, form),
    outputs: names.length === 0 ? undefined : names,
    raw: false,
  };
}

function readInputs(
  inputs: ReadonlyMap<string, MessageValue<typeof TensorProto>>,
  form: FormProblems,
): InferRequest['inputs'] {
  const values = new InputProblems();
  const tensors = [...inputs].flatMap(
    ([name, proto]) =>
      readTensorProto(name, proto, { at: `inputs.${name.slice(0, 64)}`, form, values }) ?? [],
  );
  form.throwIfAny();
  values.throwIfAny();
  return tensors;
}

/** Encodes PredictResponse. */
export function encodePredictResponse({ model, version, outputs }: InferResponse): Buffer {
  const told = WHOLE.test(version) ? { version: { value: BigInt(version) } } : {};
  return PredictResponse.encode({
    model_spec: { name: model, signature_name: SIGNATURE, ...told } as never,
    outputs: new Map(outputs.map((tensor) => [tensor.name, writeTensorProto(tensor) as never])),
  });
}
