import type { Tensor } from '../../../contract';
import { DEGRADED_PARAMETER, type Degradation, degradationText } from '../../../inference';
import { tensorBytes } from '../../../inference/tensor-bytes';
import { LENGTH } from '../wire/wire-error';
import { WireWriter } from '../wire/wire-writer';
import { contentsField } from './tensor-types';
import { writeTypedContents } from './write-typed-contents';

export interface InferResponse {
  readonly model: string;
  readonly version: string;
  readonly id: string;
  readonly outputs: readonly Tensor[];
  /** Whether the caller speaks raw bytes. */
  readonly raw: boolean;
  /** Steps of a pipeline that the answer had to do without. @default - none */
  readonly degraded?: readonly Degradation[] | undefined;
}

/** Names, datatypes and shapes of a few outputs. */
const HEAD_BYTES = 256;

/**
 * Encodes ModelInferResponse. Who sent raw bytes gets raw bytes, who sent typed contents gets typed contents; 16-bit
 * floats have no typed form, so that all outputs go back raw when one is of these.
 *
 * The protocol leaves the choice to the server: Triton always answers raw, KServe typed where it can, MLServer as here.
 */
export function encodeInferResponse(response: InferResponse): Buffer {
  const writer = writerFor(response);
  writeInferResponse(writer, response);
  return writer.finish();
}

/** ModelStreamInferResponse with the result of one request. */
export function encodeStreamResponse(response: InferResponse): Buffer {
  const writer = writerFor(response);
  writer.nested(2, () => writeInferResponse(writer, response));
  return writer.finish();
}

/** Room for everything: large tensors are copied once. */
function writerFor({ outputs }: InferResponse): WireWriter {
  const bytes = outputs.reduce(
    (sum, { data }) => sum + (Array.isArray(data) ? 16 * data.length : data.byteLength),
    0,
  );
  return new WireWriter(HEAD_BYTES + bytes);
}

function writeInferResponse(writer: WireWriter, response: InferResponse): void {
  const { model, version, id, outputs, degraded } = response;
  const raw = response.raw || outputs.some(({ dtype }) => contentsField(dtype) === undefined);
  writer.stringField(1, model);
  writer.stringField(2, version);
  if (id !== '') writer.stringField(3, id);
  if (degraded !== undefined) writer.nested(4, () => writeDegraded(writer, degradationText(degraded)));
  for (const output of outputs) writer.nested(5, () => writeOutput(writer, output, raw));
  if (!raw) return;
  for (const output of outputs) writer.bytesField(6, tensorBytes(output));
}

/** An entry of the map of parameters: a key, and an InferParameter with a text. */
function writeDegraded(writer: WireWriter, text: string): void {
  writer.stringField(1, DEGRADED_PARAMETER);
  writer.nested(2, () => writer.stringField(3, text));
}

function writeOutput(writer: WireWriter, output: Tensor, raw: boolean): void {
  writer.stringField(1, output.name);
  writer.stringField(2, output.dtype);
  if (output.shape.length > 0) {
    writer.tag(3, LENGTH);
    writer.varints(output.shape);
  }
  if (!raw) writer.nested(5, () => writeTypedContents(writer, output));
}
