import { isUtf8 } from 'node:buffer';
import { RequestError } from '../../errors';

/** Deeper than any tensor: what is nested further is refused where its shape is read. */
const MAX_DEPTH = 40;

/** `{"b64": ...}`, as TensorFlow Serving and Vertex AI write bytes in JSON. */
export function isBase64(value: unknown): value is { readonly b64: string } {
  if (typeof value !== 'object' || value === null) return false;
  return typeof (value as { b64?: unknown }).b64 === 'string' && Object.keys(value).length === 1;
}

/**
 * Replaces base64 objects by the text they hold, wherever they are.
 *
 * @throws RequestError REQUEST_INVALID when it is not base64 of text in UTF-8: strings of ONNX models are text.
 */
export function withoutBase64(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return value;
  if (Array.isArray(value)) return value.map((entry) => withoutBase64(entry, depth + 1));
  if (isBase64(value)) return decodeText(value.b64);
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, withoutBase64(entry, depth + 1)]),
  );
}

const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

function decodeText(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  if (BASE64.test(base64) && isUtf8(bytes)) return bytes.toString('utf8');
  const message = 'b64: not base64 of text in UTF-8; a model takes other bytes as a tensor of UINT8.';
  throw new RequestError('REQUEST_INVALID', message);
}
