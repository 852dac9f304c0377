import type { IncomingHttpHeaders } from 'node:http';
import { RequestError } from '../errors';
import type { ModelInstance } from '../inference';
import type { SoapVersion } from './soap/soap-version';

/** What a request brought. */
export interface Received {
  readonly bytes: Buffer;
  readonly headers: IncomingHttpHeaders;
  readonly instance: ModelInstance;
}

/** A body as its format reads it. */
export interface ParsedBody {
  /** What the mapping is given, and finds again as `request` when the answer is mapped. */
  readonly body: unknown;
  /** Rows without a mapping; undefined: the body itself is the list of them, or one. */
  readonly rows?: readonly unknown[];
  /** Where each row stands in what the caller sent: `line 3`. */
  readonly places: readonly string[];
  /** Whether values are texts still, to be read as the columns of the model say. */
  readonly texts: boolean;
  /** Of the envelope; undefined: there is none. */
  readonly soap?: SoapVersion;
}

/** Reads the bodies of one format. */
export interface RequestReader {
  /** @throws RequestError REQUEST_SYNTAX, REQUEST_INVALID */
  read(received: Received): ParsedBody;
}

/** @throws RequestError REQUEST_SYNTAX */
export function syntaxError(message: string): RequestError {
  return new RequestError('REQUEST_SYNTAX', message);
}

export function invalid(message: string): RequestError {
  return new RequestError('REQUEST_INVALID', message);
}
