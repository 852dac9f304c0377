import type { Transform } from 'node:stream';
import {
  brotliCompress,
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  deflate,
  gzip,
  type Zlib,
} from 'node:zlib';
import { RequestError } from '../../errors';
import { type Reply, replyBytes } from './reply';

type Coding = 'gzip' | 'deflate' | 'br';

/** Decompresses; knows how many bytes of compressed data it has used. */
export type Decoder = Transform & Zlib;

/** Makes what reads a body that was compressed. `deflate` is the format of zlib, as HTTP defines it. */
const DECODERS: ReadonlyMap<string, () => Decoder> = new Map<string, () => Decoder>([
  ['gzip', () => createGunzip()],
  ['x-gzip', () => createGunzip()],
  ['deflate', () => createInflate()],
  ['br', () => createBrotliDecompress()],
]);

/**
 * What decompresses the body of a request; undefined when it is not compressed.
 *
 * @throws RequestError REQUEST_MEDIA_TYPE
 */
export function decoderOf(encoding: string | undefined): Decoder | undefined {
  if (encoding === undefined) return undefined;
  const name = encoding.trim().toLowerCase();
  if (name === 'identity' || name === '') return undefined;
  const decoder = DECODERS.get(name);
  if (decoder !== undefined) return decoder();
  const message = 'Bodies may be compressed once, with Content-Encoding: gzip, deflate or br.';
  throw new RequestError('REQUEST_MEDIA_TYPE', message);
}

/**
 * Replies from this size on are compressed. Below it nothing is gained: they fit the first packets of a connection
 * (ten of 1460 bytes, RFC 6928), and would only come later.
 */
export const COMPRESS_FROM_BYTES = 16 * 1024;

/** Fast levels: a reply waits for its compression. */
const GZIP_LEVEL = { level: 1 } as const;
const BROTLI_LEVEL = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } } as const;

type Compress = (body: Buffer, done: (error: Error | null, compressed: Buffer) => void) => void;

const COMPRESSORS: Readonly<Record<Coding, Compress>> = {
  gzip: (body, done) => gzip(body, GZIP_LEVEL, done),
  deflate: (body, done) => deflate(body, GZIP_LEVEL, done),
  br: (body, done) => brotliCompress(body, BROTLI_LEVEL, done),
};

/**
 * Compresses a large reply as the caller wants it. Tensors as raw bytes hardly become smaller, and most HTTP libraries
 * offer several codings without anybody having asked: they are compressed only for a caller who names one coding alone.
 *
 * @param accepted the header Accept-Encoding.
 */
export async function compressed(reply: Reply, accepted: string | undefined): Promise<Reply> {
  if (replyBytes(reply) < COMPRESS_FROM_BYTES) return reply;
  const headers = [...reply.headers, 'vary', 'accept-encoding'];
  const coding = chooseCoding(accepted, reply.binary);
  if (coding === undefined) return { ...reply, headers };
  const body = Buffer.concat(
    reply.parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)),
  );
  const small = await new Promise<Buffer>((resolve, reject) => {
    COMPRESSORS[coding](body, (error, result) => (error === null ? resolve(result) : reject(error)));
  });
  return { ...reply, headers: [...headers, 'content-encoding', coding], parts: [small] };
}

/** Cheapest first: where a caller likes several equally, the first counts. */
const CODINGS: readonly Coding[] = ['gzip', 'br', 'deflate'];

/** Source: RFC 9110, 12.5.3. What cannot be understood there is not asked for. */
function chooseCoding(accepted: string | undefined, alone: boolean): Coding | undefined {
  if (accepted === undefined) return undefined;
  const weights = readWeights(accepted);
  const wanted = [...weights].filter(([name, weight]) => weight > 0 && name !== 'identity');
  if (alone && (wanted.length !== 1 || wanted[0]![0] === '*')) return undefined;
  const weightOf = (coding: Coding) => weights.get(coding) ?? weights.get('*') ?? 0;
  const best = CODINGS.reduce((a, b) => (weightOf(b) > weightOf(a) ? b : a));
  return weightOf(best) > 0 ? best : undefined;
}

function readWeights(accepted: string): Map<string, number> {
  const weights = new Map<string, number>();
  for (const entry of accepted.toLowerCase().split(',')) {
    const match = /^\s*([a-z*-]+)\s*(?:;\s*q\s*=\s*(\d(?:\.\d{0,3})?)\s*)?$/.exec(entry);
    if (match !== null) weights.set(match[1]!, Number(match[2] ?? 1));
  }
  return weights;
}
