import { isUtf8 } from 'node:buffer';
import type { Dtype, Tensor, TensorData } from '../../contract';
import { RequestError } from '../../errors';
import { describe, elementCodec, InputProblems, REQUEST_DTYPES } from '../../inference';
import { refuseParameters } from '../../inference/refused-parameters';
import { numericData, readTensorBytes } from '../../inference/tensor-bytes';
import { type Fields, JsonForm } from './json-form';
import { checkJsonData, product, readJsonTensor } from './json-tensor';
import { isShape, MAX_RANK, parseInferRequest } from './parse-request';

/** An output as it is wanted. */
export interface RequestedOutput {
  readonly name: string;
  /** As raw bytes; undefined leaves it to the request. */
  readonly binary: boolean | undefined;
}

/** An inference request as the Open Inference Protocol describes it. */
export interface InferRequest {
  readonly id: string | undefined;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly RequestedOutput[] | undefined;
  /** Whether outputs go back as raw bytes where nothing else is said. */
  readonly binary: boolean;
}

/**
 * Decodes an inference request. Parameters other than those of the binary tensor extension are accepted and not used,
 * but for some that ask for another answer.
 *
 * @param binary what follows the JSON: raw bytes of tensors.
 *
 * Source: https://github.com/kserve/open-inference-protocol, specification/protocol/inference_rest.md
 *
 * @throws RequestError REQUEST_SYNTAX, REQUEST_INVALID for its form, INPUT_INVALID for values the dtypes cannot hold.
 */
export function decodeInferRequest(json: Buffer, binary: Buffer): InferRequest {
  const form = new JsonForm();
  const request = form.object(parse(json), 'the body');
  const parameters = parametersOf(request, 'parameters', form);
  const given = form.array(request.inputs, 'inputs');
  const inputs = given.map((input, i) => readInput(input, `inputs[${i}]`, form));
  const outputs = request.outputs === undefined ? undefined : requestedOutputs(request.outputs, form);
  const id = request.id === undefined ? undefined : form.string(request.id, 'id');
  const all = form.optionalBoolean(parameters.binary_data_output, 'parameters.binary_data_output');
  form.throwIfAny();
  return { id, inputs: readTensors(inputs, binary, form), outputs, binary: all ?? false };
}

/** The rows of a prediction request. @throws RequestError REQUEST_INVALID */
export function decodePredictRequest(body: unknown): readonly unknown[] {
  const form = new JsonForm();
  const rows = form.array(form.object(body, 'the body').rows, 'rows');
  form.throwIfAny();
  return rows;
}

function parse(json: Buffer): unknown {
  if (!isUtf8(json)) throw new RequestError('REQUEST_SYNTAX', `The body is not UTF-8.${syntaxHint(json)}`);
  try {
    return parseInferRequest(json);
  } catch {
    // The parser's own message quotes the body.
    throw new RequestError('REQUEST_SYNTAX', `The body is not valid JSON.${syntaxHint(json)}`);
  }
}

/** The usual reasons. */
function syntaxHint(json: Buffer): string {
  if (json.includes('binary_data_size')) {
    return ' Inference-Header-Content-Length has to say where the JSON ends and raw tensors begin.';
  }
  const nan = json.includes('NaN') || json.includes('Infinity');
  return nan ? ' NaN and Infinity are not JSON; null stands for a missing float.' : '';
}

/** An input whose form is sound; its elements are in one of three places. */
interface Input {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** As JSON values, or as elements that were read already. */
  readonly data: readonly unknown[] | TensorData;
  /** Bytes behind the JSON. */
  readonly binaryBytes: number | undefined;
}

function readInput(value: unknown, at: string, form: JsonForm): Input {
  const fields = form.object(value, at);
  const name = form.string(fields.name, `${at}.name`);
  const dtype = form.string(fields.datatype, `${at}.datatype`) as Dtype;
  const known = elementCodec(dtype) !== undefined;
  if (!known) form.add(`${at}.datatype`, describe(fields.datatype), REQUEST_DTYPES.join(', '));
  const sized = isShape(fields.shape);
  if (!sized)
    form.add(`${at}.shape`, describe(fields.shape), `an array of at most ${MAX_RANK} whole numbers`);
  const shape = sized ? (fields.shape as readonly number[]) : [];
  const binaryBytes = binarySize(parametersOf(fields, `${at}.parameters`, form), at, form);
  const data = binaryBytes === undefined ? jsonData(fields, sized ? shape : undefined, at, form) : [];
  if (binaryBytes !== undefined && sized && known) checkBinarySize(fields, dtype, binaryBytes, at, form);
  return { name, dtype, shape, data, binaryBytes };
}

/** @param shape undefined when it cannot be compared with. */
function jsonData(
  { data }: Fields,
  shape: readonly number[] | undefined,
  at: string,
  form: JsonForm,
): Input['data'] {
  if (ArrayBuffer.isView(data)) return data as TensorData;
  const elements = form.array(data, `${at}.data`);
  if (shape !== undefined) checkJsonData(elements, shape, `${at}.data`, form);
  return elements;
}

function parametersOf(fields: Fields, at: string, form: JsonForm): Fields {
  if (fields.parameters === undefined || fields.parameters === null) return {};
  const parameters = form.object(fields.parameters, at);
  refuseParameters((name) => parameters[name] !== undefined, at, form);
  return parameters;
}

function binarySize({ binary_data_size: size }: Fields, at: string, form: JsonForm): number | undefined {
  if (size === undefined || (Number.isSafeInteger(size) && (size as number) >= 0)) return size as number;
  form.add(`${at}.parameters.binary_data_size`, describe(size), 'a number of bytes');
  return undefined;
}

function checkBinarySize(
  { data, shape }: Fields,
  dtype: Dtype,
  bytes: number,
  at: string,
  form: JsonForm,
): void {
  if (data !== undefined && data !== null)
    form.add(`${at}.data`, 'data besides binary_data_size', 'either of them');
  const size = numericData(dtype)?.BYTES_PER_ELEMENT;
  if (size === undefined) return;
  const needed = size * product(shape as readonly number[]);
  if (bytes === needed) return;
  const allowed = `${needed} bytes for ${dtype} [${(shape as readonly number[]).join(', ')}]`;
  form.add(`${at}.parameters.binary_data_size`, `${bytes} bytes`, allowed);
}

/** Raw tensors follow each other in the order of the inputs, without gaps and to the end. */
function readTensors(inputs: readonly Input[], binary: Buffer, form: JsonForm): Tensor[] {
  const announced = inputs.reduce((sum, { binaryBytes = 0 }) => sum + binaryBytes, 0);
  if (announced !== binary.length) {
    const got = `${binary.length} bytes behind the JSON`;
    const remedy = 'Correct binary_data_size, Inference-Header-Content-Length or the body.';
    form.add('the body', got, `${announced} bytes, as binary_data_size of all inputs says`, remedy);
  }
  form.throwIfAny();
  const values = new InputProblems();
  let offset = 0;
  const tensors = inputs.map(({ name, dtype, shape, data, binaryBytes }): Tensor => {
    if (binaryBytes === undefined) {
      if (ArrayBuffer.isView(data)) return { name, dtype, shape, data };
      return readJsonTensor({ name, dtype, shape, data }, values);
    }
    const raw = binary.subarray(offset, offset + binaryBytes);
    offset += binaryBytes;
    return { name, dtype, shape, data: readTensorBytes(dtype, raw, { at: `inputs.${name}`, form, values }) };
  });
  form.throwIfAny();
  values.throwIfAny();
  return tensors;
}

function requestedOutputs(value: unknown, form: JsonForm): RequestedOutput[] {
  const outputs = form.array(value, 'outputs').map((output, i) => {
    const at = `outputs[${i}]`;
    const fields = form.object(output, at);
    const { binary_data: binary } = parametersOf(fields, `${at}.parameters`, form);
    return {
      name: form.string(fields.name, `${at}.name`),
      binary: form.optionalBoolean(binary, `${at}.parameters.binary_data`),
    };
  });
  const names = new Set(outputs.map((output) => output.name));
  if (names.size < outputs.length) form.add('outputs', 'an output twice', 'each output once');
  return outputs;
}
