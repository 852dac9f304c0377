import { InferParameter } from '../messages/infer-messages';
import { type MessageValue, nestedMap } from '../schema/message';
import { VARINT, WireError } from '../wire/wire-error';
import { WireReader } from '../wire/wire-reader';

export type Parameters = Map<string, MessageValue<typeof InferParameter>>;

/** A tensor as it stands in the request, its elements not read yet. */
export interface WireTensor {
  name: string;
  datatype: string;
  readonly shape: number[];
  parameters: Parameters;
  /** The bytes of InferTensorContents. */
  readonly contents: Buffer[];
}

export interface WireOutput {
  name: string;
  parameters: Parameters;
}

/** ModelInferRequest before anything in it is judged. */
export interface WireRequest {
  modelName: string;
  modelVersion: string;
  id: string;
  parameters: Parameters;
  readonly inputs: WireTensor[];
  readonly outputs: WireOutput[];
  readonly raw: Buffer[];
}

/** More than any model has; keeps empty entries of two bytes from becoming millions of objects. */
const MAX_TENSORS = 4096;
/** ONNX Runtime itself stops far below. */
const MAX_RANK = 32;
const NO_PARAMETERS: Parameters = new Map();
const parametersOfTensor = nestedMap(4, InferParameter);

/**
 * Reads a ModelInferRequest. By hand, not by its table: elements stay where they are until the datatype is known.
 *
 * @throws WireError
 */
export function readInferRequest(bytes: Buffer): WireRequest {
  const request: WireRequest = {
    modelName: '',
    modelVersion: '',
    id: '',
    parameters: NO_PARAMETERS,
    inputs: [],
    outputs: [],
    raw: [],
  };
  const reader = new WireReader(bytes);
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) request.modelName = reader.string();
    else if (field === 2) request.modelVersion = reader.string();
    else if (field === 3) request.id = reader.string();
    else if (field === 4) request.parameters = readParameter(reader, request.parameters);
    else if (field === 5) append(request.inputs, readTensor(reader.message()), 'inputs');
    else if (field === 6) append(request.outputs, readOutput(reader.message()), 'outputs');
    else if (field === 7) append(request.raw, reader.bytes(), 'raw_input_contents');
    else reader.skip(field);
  }
  return request;
}

function readTensor(reader: WireReader): WireTensor {
  const tensor: WireTensor = { name: '', datatype: '', shape: [], parameters: NO_PARAMETERS, contents: [] };
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) tensor.name = reader.string();
    else if (field === 2) tensor.datatype = reader.string();
    else if (field === 3) reader.repeated(VARINT, (sizes) => appendSize(tensor.shape, sizes.safeInt64()));
    else if (field === 4) tensor.parameters = readParameter(reader, tensor.parameters);
    else if (field === 5) append(tensor.contents, reader.bytes(), 'contents');
    else reader.skip(field);
  }
  return tensor;
}

function readOutput(reader: WireReader): WireOutput {
  const output: WireOutput = { name: '', parameters: NO_PARAMETERS };
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) output.name = reader.string();
    else if (field === 2) output.parameters = readParameter(reader, output.parameters);
    else reader.skip(field);
  }
  return output;
}

/** Most requests have none: the map is made with the first. */
function readParameter(reader: WireReader, before: Parameters): Parameters {
  return parametersOfTensor.read(reader, before === NO_PARAMETERS ? new Map() : before);
}

function append<T>(list: T[], entry: T, name: string): void {
  if (list.length >= MAX_TENSORS) throw new WireError(`${name} has more than ${MAX_TENSORS} entries`);
  list.push(entry);
}

function appendSize(shape: number[], size: number): void {
  if (shape.length >= MAX_RANK) throw new WireError(`a shape has more than ${MAX_RANK} dimensions`);
  shape.push(size);
}
