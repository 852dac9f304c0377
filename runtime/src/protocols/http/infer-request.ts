import type { Dtype, Problem, Tensor, TensorData } from '../../contract';
import { RequestError } from '../../errors';
import { describe, type ElementCodec, elementCodec, InputProblems, REQUEST_DTYPES } from '../../inference';

/** An inference request as the Open Inference Protocol describes it; `parameters` are accepted and not used. */
export interface InferRequest {
  readonly id: string | undefined;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly string[] | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** A caller whose requests have the wrong form needs the first few places, not all. */
const MAX_FORM_PROBLEMS = 20;

/** ONNX Runtime itself stops far below; deeper nesting would only burn stack. */
const MAX_RANK = 32;

/**
 * Decodes the JSON of an inference request.
 * Source: https://github.com/kserve/open-inference-protocol, specification/protocol/inference_rest.md
 *
 * @throws RequestError REQUEST_INVALID for its form, INPUT_INVALID for values the dtypes cannot hold.
 */
export function decodeInferRequest(body: unknown): InferRequest {
  const form = new FormProblems();
  const request = form.object(body, 'the body');
  const inputs = form.array(request.inputs, 'inputs').map((input, i) => header(input, `inputs[${i}]`, form));
  const outputs = request.outputs === undefined ? undefined : outputNames(request.outputs, form);
  const id = request.id === undefined ? undefined : form.string(request.id, 'id');
  form.throwIfAny();
  const problems = new InputProblems();
  const tensors = inputs.map((input) => tensor(input!, problems));
  problems.throwIfAny();
  return { id, inputs: tensors, outputs };
}

/** The rows of a prediction request. @throws RequestError REQUEST_INVALID */
export function decodePredictRequest(body: unknown): readonly unknown[] {
  const form = new FormProblems();
  const rows = form.array(form.object(body, 'the body').rows, 'rows');
  form.throwIfAny();
  return rows;
}

interface Header {
  readonly name: string;
  readonly dtype: Dtype;
  readonly codec: ElementCodec;
  readonly shape: readonly number[];
  readonly data: readonly unknown[];
  readonly flat: boolean;
}

function header(value: unknown, at: string, form: FormProblems): Header {
  const fields = form.object(value, at);
  const name = form.string(fields.name, `${at}.name`);
  const dtype = form.string(fields.datatype, `${at}.datatype`);
  const codec = elementCodec(dtype);
  if (codec === undefined) form.add(`${at}.datatype`, fields.datatype, REQUEST_DTYPES.join(', '));
  const shape = form.array(fields.shape, `${at}.shape`) as readonly number[];
  const sized = shape.length <= MAX_RANK && shape.every((size) => Number.isSafeInteger(size) && size >= 0);
  if (!sized) form.add(`${at}.shape`, shape, `at most ${MAX_RANK} whole numbers`);
  const data = form.array(fields.data, `${at}.data`);
  const flat = !Array.isArray(data[0]);
  if (sized && !(flat ? data.length === product(shape) : nestedAs(data, shape, 0))) {
    const got = flat ? `${data.length} elements` : 'nested arrays of other sizes';
    form.addText(`${at}.data`, got, `${product(shape)} elements, flat or nested as [${shape.join(', ')}]`);
  }
  return { name, dtype: dtype as Dtype, codec: codec!, shape, data, flat };
}

/** Checked before anything is allocated: a shape alone must not be able to ask for memory. */
function nestedAs(value: unknown, shape: readonly number[], axis: number): boolean {
  if (!Array.isArray(value) || value.length !== shape[axis]) return false;
  return axis === shape.length - 1 || value.every((entry) => nestedAs(entry, shape, axis + 1));
}

function tensor({ name, dtype, codec, shape, data, flat }: Header, problems: InputProblems): Tensor {
  const elements = codec.allocate(product(shape));
  if (flat) store(codec, data, elements, 0, `inputs.${name}`, problems);
  else storeNested({ codec, shape, name, problems }, data, elements, 0, 0);
  return { name, dtype, shape, data: elements };
}

interface Nesting {
  readonly codec: ElementCodec;
  readonly shape: readonly number[];
  readonly name: string;
  readonly problems: InputProblems;
}

/** Returns the offset behind the last element stored. */
function storeNested(
  nesting: Nesting,
  values: readonly unknown[],
  into: TensorData,
  axis: number,
  offset: number,
): number {
  if (axis === nesting.shape.length - 1) {
    store(nesting.codec, values, into, offset, `inputs.${nesting.name}`, nesting.problems);
    return offset + values.length;
  }
  let next = offset;
  for (const entry of values as readonly unknown[][])
    next = storeNested(nesting, entry, into, axis + 1, next);
  return next;
}

function store(
  codec: ElementCodec,
  values: readonly unknown[],
  into: TensorData,
  offset: number,
  at: string,
  problems: InputProblems,
): void {
  for (let i = 0; i < values.length; i++) {
    if (codec.set(into, offset + i, values[i])) continue;
    problems.add('INPUT_VALUE_TYPE', `${at}[element ${offset + i}]`, 'not a value of the datatype', {
      got: describe(values[i]),
      allowed: codec.accepts,
      remedy: 'Correct the value or the datatype.',
    });
  }
}

function outputNames(value: unknown, form: FormProblems): string[] {
  const names = form
    .array(value, 'outputs')
    .map((output, i) => form.string(form.object(output, `outputs[${i}]`).name, `outputs[${i}].name`));
  if (new Set(names).size < names.length) form.addText('outputs', 'an output twice', 'each output once');
  return names;
}

function product(shape: readonly number[]): number {
  return shape.reduce((all, size) => all * size, 1);
}

/** Collects what is wrong with the form of a request; every getter returns something harmless to go on with. */
class FormProblems {
  private readonly problems: Problem[] = [];

  object(value: unknown, at: string): Fields {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
    this.add(at, value, 'an object');
    return {};
  }

  array(value: unknown, at: string): readonly unknown[] {
    if (Array.isArray(value)) return value;
    this.add(at, value, 'an array');
    return [];
  }

  string(value: unknown, at: string): string {
    if (typeof value === 'string') return value;
    this.add(at, value, 'a string');
    return '';
  }

  add(at: string, value: unknown, allowed: string): void {
    this.addText(at, describe(value), allowed);
  }

  addText(at: string, got: string, allowed: string): void {
    if (this.problems.length === MAX_FORM_PROBLEMS) return;
    if (this.problems.some((problem) => problem.at === at)) return;
    const what = 'not what the protocol demands';
    this.problems.push({ code: 'REQUEST_INVALID', at, what, got, allowed, remedy: 'Correct the request.' });
  }

  throwIfAny(): void {
    const first = this.problems[0];
    if (first === undefined) return;
    const message = `${first.at}: ${first.what} (got ${first.got}; allowed: ${first.allowed})`;
    throw new RequestError('REQUEST_INVALID', message, { problems: this.problems });
  }
}
