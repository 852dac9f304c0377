import { callRaw, type RawReply } from './http-client';

/** An inference request with raw tensors. */
export interface Sent {
  readonly json: unknown;
  readonly raw?: readonly Buffer[];
  readonly headers?: Record<string, string>;
  /** Announced instead of the length of the JSON. */
  readonly length?: number | string | undefined;
}

/** Sends JSON with raw bytes behind it, as the extension describes it. */
export function infer(
  port: number,
  model: string,
  { json, raw = [], headers = {}, ...given }: Sent,
): Promise<RawReply> {
  const text = Buffer.from(typeof json === 'string' ? json : JSON.stringify(json));
  const length = 'length' in given ? given.length : text.length;
  return callRaw(port, 'POST', `/v2/models/${model}/infer`, Buffer.concat([text, ...raw]), {
    'content-type': 'application/octet-stream',
    ...(length !== undefined && { 'inference-header-content-length': String(length) }),
    ...headers,
  });
}

/** JSON and raw bytes of a reply, by its own words. */
export function parts(reply: RawReply): { json: ReturnType<typeof JSON.parse>; raw: Buffer } {
  const length = Number(reply.headers['inference-header-content-length'] ?? reply.body.length);
  return {
    json: JSON.parse(reply.body.subarray(0, length).toString()),
    raw: reply.body.subarray(length),
  };
}

/** An input whose bytes stand behind the JSON. */
export const input = (name: string, datatype: string, shape: readonly number[], size: number) => ({
  name,
  datatype,
  shape,
  parameters: { binary_data_size: size },
});
