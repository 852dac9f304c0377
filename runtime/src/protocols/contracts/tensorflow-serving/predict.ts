import { RequestError } from '../../../errors';
import { describe } from '../../../inference';
import { jsonReply, type Reply } from '../../http/reply';
import { runOutputs } from '../answer-rows';
import type { ContractRequest } from '../contract';
import { decodeColumns, decodeInstances } from '../decode-instances';
import { encodeRows, encodeWhole } from '../encode-values';
import { readLenientJson } from '../read-json';

/** The one signature a model has; its name with TensorFlow is this. */
export const SIGNATURE = 'serving_default';

interface Body {
  readonly instances?: unknown;
  readonly inputs?: unknown;
}

/**
 * Rows or columns in, rows or columns of the outputs out. NaN and Infinity stand in the reply as these words, which is no
 * JSON, as TensorFlow Serving writes them.
 */
export async function predict(request: ContractRequest): Promise<Reply> {
  const { exchange, parts, model, version } = request;
  const instance = parts.service.model(model, version);
  const body = checked(await readLenientJson(exchange, parts.limits.maxBodyBytes));
  if (body.instances !== undefined) {
    const { outputs, rows } = await runOutputs(decodeInstances(instance, body.instances), request);
    return jsonReply(`{"predictions":[${encodeRows(outputs, rows, 'words').join(',')}]}`);
  }
  const { outputs } = await runOutputs(decodeColumns(instance, body.inputs), request);
  return jsonReply(`{"outputs":${encodeWhole(outputs, 'words')}}`);
}

function checked(value: unknown): Body {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(`The body must be an object, got ${describe(value)}.`);
  }
  const { signature_name: signature, ...body } = value as Body & { signature_name?: unknown };
  if (signature !== undefined && signature !== '' && signature !== SIGNATURE) {
    throw invalid(`signature_name ${describe(signature)} is not known; the model has ${SIGNATURE} only.`);
  }
  if ((body.instances === undefined) === (body.inputs === undefined)) {
    throw invalid('The body must have either "instances" (rows) or "inputs" (columns).');
  }
  return body;
}

/** What needs tf.Example and signatures of that kind. */
export function refuseExamples(): never {
  throw invalid(
    'classify and regress take tf.Example, which ONNX models do not; send the values to :predict.',
  );
}

/** Versions have no labels here. */
export function refuseLabel(): never {
  const message = 'Versions have no labels here; ask for /versions/{version}, or without for the latest.';
  throw new RequestError('MODEL_VERSION_NOT_FOUND', message);
}

function invalid(message: string): RequestError {
  return new RequestError('REQUEST_INVALID', message);
}
