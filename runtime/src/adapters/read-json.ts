import { parseLenientJson } from '../protocols/contracts/lenient-json';
import { parseJson } from '../protocols/http/read-body';
import type { ParsedBody, Received, RequestReader } from './parsed-body';

/** A body in JSON: a list of rows, or one row. */
export class JsonReader implements RequestReader {
  read({ bytes }: Received): ParsedBody {
    return { body: parseJson(bytes, parseLenientJson), places: [], texts: false };
  }
}
