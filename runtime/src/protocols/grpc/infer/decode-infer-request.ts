import { DTYPES, type Dtype, type Tensor } from '../../../contract';
import { RequestError } from '../../../errors';
import { InputProblems } from '../../../inference';
import { FormProblems } from '../../../inference/form-problems';
import { refuseParameters } from '../../../inference/refused-parameters';
import { readTensorBytes, type TensorProblems } from '../../../inference/tensor-bytes';
import { WireError } from '../wire/wire-error';
import { isDtype } from './tensor-types';
import { readTypedContents } from './typed-contents';
import { type Parameters, readInferRequest, type WireRequest, type WireTensor } from './wire-request';

/** An inference request of the Open Inference Protocol. */
export interface InferRequest {
  readonly model: string;
  readonly version: string | undefined;
  /** Empty when the caller gave none. */
  readonly id: string;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly string[] | undefined;
  /** Whether outputs go back as raw bytes. */
  readonly raw: boolean;
}

const NO_NAMES: readonly string[] = [];

/**
 * Decodes ModelInferRequest.
 *
 * @throws RequestError REQUEST_SYNTAX for bytes that are no such message, REQUEST_INVALID for its form, INPUT_INVALID
 * for elements the datatypes cannot hold.
 */
export function decodeInferRequest(bytes: Buffer): InferRequest {
  return judge(readWire(bytes));
}

function readWire(bytes: Buffer): WireRequest {
  return asRequestError('ModelInferRequest', () => readInferRequest(bytes));
}

/** Runs a reader of the wire; what it finds wrong with the bytes is told to the caller. */
export function asRequestError<T>(message: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw new RequestError('REQUEST_SYNTAX', `The message is not a valid ${message}: ${error.message}.`);
  }
}

function judge(request: WireRequest): InferRequest {
  const form = new FormProblems();
  checkParameters(request, form);
  checkRaw(request, form);
  for (const [i, input] of request.inputs.entries()) checkTensor(input, `inputs[${i}]`, form);
  const names = outputNames(request, form);
  form.throwIfAny();
  const { modelName, modelVersion, id, raw, parameters } = request;
  return {
    model: modelName,
    version: modelVersion === '' ? undefined : modelVersion,
    id,
    inputs: readElements(request, form),
    outputs: names.length === 0 ? undefined : names,
    raw: raw.length > 0 || parameters.get('binary_data_output')?.bool_param === true,
  };
}

function readElements({ inputs, raw }: WireRequest, form: FormProblems): Tensor[] {
  const values = new InputProblems();
  const tensors = inputs.map((input, i) => {
    const problems: TensorProblems = { at: `inputs.${input.name}`, form, values };
    const dtype = input.datatype as Dtype;
    const data =
      raw.length > 0
        ? readTensorBytes(dtype, raw[i]!, problems)
        : asRequestError('InferTensorContents', () => readTypedContents(dtype, input.contents, problems));
    return { name: input.name, dtype, shape: input.shape, data };
  });
  form.throwIfAny();
  values.throwIfAny();
  return tensors;
}

/** Raw bytes are there for all inputs or for none. */
function checkRaw({ inputs, raw }: WireRequest, form: FormProblems): void {
  if (raw.length === 0) return;
  if (raw.length !== inputs.length) {
    form.add('raw_input_contents', `${raw.length} entries`, `one for each of the ${inputs.length} inputs`);
  }
  inputs.forEach((input, i) => {
    const typed = input.contents.some((part) => part.length > 0);
    if (typed) form.add(`inputs[${i}].contents`, 'contents besides raw_input_contents', 'either of them');
  });
}

function checkTensor({ name, datatype, shape }: WireTensor, at: string, form: FormProblems): void {
  if (name === '') form.add(`${at}.name`, 'nothing', 'the name of an input');
  if (!isDtype(datatype)) form.add(`${at}.datatype`, JSON.stringify(datatype), DTYPES.join(', '));
  if (shape.some((size) => size < 0)) form.add(`${at}.shape`, shape, 'sizes of 0 and more');
}

function outputNames({ outputs }: WireRequest, form: FormProblems): readonly string[] {
  if (outputs.length === 0) return NO_NAMES;
  const names = outputs.map((output) => output.name);
  if (new Set(names).size < names.length) form.add('outputs', 'an output twice', 'each output once');
  return names;
}

function checkParameters({ parameters, inputs, outputs }: WireRequest, form: FormProblems): void {
  refuse(parameters, 'parameters', form);
  for (const [i, input] of inputs.entries()) refuse(input.parameters, `inputs[${i}].parameters`, form);
  for (const [i, output] of outputs.entries()) refuse(output.parameters, `outputs[${i}].parameters`, form);
}

function refuse(parameters: Parameters, at: string, form: FormProblems): void {
  if (parameters.size === 0) return;
  if (parameters.size > 0) refuseParameters((name) => parameters.has(name), at, form);
}
