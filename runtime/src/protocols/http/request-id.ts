import { randomUUID } from 'node:crypto';

const PRINTABLE = /^[\x21-\x7e]{1,128}$/;

/** The caller's id when it is short and printable, so that it can stand in headers and logs; else a new one. */
export function requestId(given: string | string[] | undefined): string {
  return typeof given === 'string' && PRINTABLE.test(given) ? given : randomUUID();
}
