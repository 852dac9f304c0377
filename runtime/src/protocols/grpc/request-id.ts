import { randomUUID } from 'node:crypto';
import type { Metadata } from '@grpc/grpc-js';

const PRINTABLE = /^[\x21-\x7e]{1,128}$/;

/** The caller's x-request-id when it is short and printable, so that it can stand in headers and logs; else a new one. */
export function requestId(metadata: Metadata): string {
  const [given] = metadata.get('x-request-id');
  return typeof given === 'string' && PRINTABLE.test(given) ? given : randomUUID();
}
