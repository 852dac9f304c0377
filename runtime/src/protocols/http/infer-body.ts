import { RequestError } from '../../errors';
import type { Exchange } from './exchange';
import { joinAligned, receiveBody } from './receive-body';

/** Length of the JSON in front of raw tensors, in both directions. Source: see `InferBody`. */
export const HEADER_LENGTH = 'inference-header-content-length';

/**
 * The body of an inference request: JSON, and behind it the raw bytes of tensors.
 * Source: https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_binary_data.md
 */
export interface InferBody {
  /** Undefined for a body that is one raw tensor and nothing else. */
  readonly json: Buffer | undefined;
  readonly binary: Buffer;
}

const MEDIA_TYPES = /^application\/(octet-stream|json\s*(;\s*charset=("?)utf-8\3\s*)?)$/i;

/**
 * Reads the body of an inference request. Without content type, as tritonclient sends it, it is what its lengths say.
 *
 * @throws RequestError REQUEST_MEDIA_TYPE, REQUEST_BODY_TOO_LARGE, REQUEST_SYNTAX, REQUEST_INVALID, REQUEST_CANCELLED
 */
export async function readInferBody(exchange: Exchange, maxBytes: number): Promise<InferBody> {
  const { headers } = exchange.request;
  const type = headers['content-type'];
  if (type !== undefined && !MEDIA_TYPES.test(type)) {
    const message = 'Send the body with Content-Type: application/json or application/octet-stream.';
    throw new RequestError('REQUEST_MEDIA_TYPE', message);
  }
  const length = headerLength(headers[HEADER_LENGTH]);
  const chunks = await receiveBody(exchange, maxBytes);
  return split(joinAligned(chunks, length ?? 0), length);
}

function headerLength(value: string | string[] | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && /^\d{1,15}$/.test(value)) return Number(value);
  throw new RequestError('REQUEST_INVALID', 'Inference-Header-Content-Length must be a number of bytes.');
}

function split(body: Buffer, length: number | undefined): InferBody {
  if (length === 0) return { json: undefined, binary: body };
  const end = length ?? body.length;
  if (end > body.length) {
    const message = `Inference-Header-Content-Length is ${length}, but the body has ${body.length} bytes.`;
    throw new RequestError('REQUEST_INVALID', message);
  }
  return { json: body.subarray(0, end), binary: body.subarray(end) };
}
