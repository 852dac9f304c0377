import type { Dtype } from '../../contract';
import { elementCodec } from '../../inference';
import { type ArrayText, scanTensor } from './scan-tensor';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** The request, its list of tensors, a tensor: so deep its `data` lies. */
const TENSOR_DEPTH = 3;
/** Of the three, the list is a list. */
const TENSOR_PATH = 0b010;
const DATA = 'data';
const MAX_ARRAYS = 4096;

/** In smaller texts there is nothing to be gained. */
const WORTH_BYTES = 4096;
/** More digits than a JSON number keeps. */
const MANY_DIGITS = /\d{16}/;

/**
 * Parses the JSON of an inference request as JSON.parse does, but for one thing: where `data` of a tensor is an array of
 * numbers that fits its datatype and shape, it is replaced by the elements themselves, a typed array. That takes half the
 * time of making a list of all numbers first, and keeps every digit of 64-bit integers.
 *
 * The arrays are cut out and read apart; the rest is small and left to JSON.parse. Whatever is unusual in the text is
 * left to JSON.parse as a whole, so that there is one judge of what is JSON.
 *
 * @param text must be UTF-8.
 * @throws SyntaxError
 */
export function parseInferRequest(text: Buffer): unknown {
  if (text.length >= WORTH_BYTES) return scanRequest(text) ?? JSON.parse(text.toString('utf8'));
  const json = text.toString('utf8');
  return (
    (json.includes('INT64') && MANY_DIGITS.test(json) ? scanRequest(text) : undefined) ?? JSON.parse(json)
  );
}

/** As `parseInferRequest`, for texts of any size; undefined for those that are left to JSON.parse. */
export function scanRequest(text: Buffer): unknown {
  return new RequestScanner(text).parse();
}

class RequestScanner {
  private readonly arrays: ArrayText[] = [];
  private at = 0;
  private depth = 0;
  /** A bit for each level outside, 1 for lists. */
  private path = 0;

  constructor(private readonly text: Buffer) {}

  parse(): unknown {
    if (!this.findArrays() || this.arrays.length === 0) return undefined;
    let request: unknown;
    try {
      request = JSON.parse(this.withoutArrays());
    } catch {
      return undefined;
    }
    return this.fill(request) === this.arrays.length ? request : undefined;
  }

  /** False for a text that is not to be read this way. */
  private findArrays(): boolean {
    const { text } = this;
    for (; this.at < text.length; this.at++) {
      const c = text[this.at]!;
      if (c === OPEN_OBJECT || c === OPEN_LIST) this.enter(c === OPEN_LIST);
      else if (c === CLOSE_OBJECT || c === CLOSE_LIST) this.leave();
      else if (c === QUOTE && !this.string()) return false;
    }
    return this.depth === 0;
  }

  private enter(list: boolean): void {
    this.depth++;
    if (this.depth <= TENSOR_DEPTH) this.path = (this.path << 1) | (list ? 1 : 0);
  }

  private leave(): void {
    if (this.depth <= TENSOR_DEPTH) this.path >>= 1;
    this.depth--;
  }

  /** Passes a string, and the value of it when it is the key of data; stays on the last character. */
  private string(): boolean {
    const { text } = this;
    const start = this.at + 1;
    let end = start;
    let escapes = false;
    for (let c = text[end]; c !== QUOTE; c = text[++end]) {
      if (c === undefined) return false;
      if (c !== BACKSLASH) continue;
      escapes = true;
      end++;
    }
    this.at = end;
    if (this.depth !== TENSOR_DEPTH || this.path !== TENSOR_PATH) return true;
    const colon = this.skipSpace(end + 1);
    if (text[colon] !== COLON) return true;
    if (end - start === DATA.length && text.toString('latin1', start, end) === DATA) {
      return this.value(this.skipSpace(colon + 1));
    }
    // A key may be written with escapes, and be data all the same.
    return !escapes;
  }

  private value(start: number): boolean {
    const { text, arrays } = this;
    const c = text[start]!;
    // A number would look like what an array is replaced by.
    if (c === MINUS || (c >= ZERO && c <= NINE)) return false;
    if (c !== OPEN_LIST) return true;
    const end = this.arrayEnd(start);
    if (end === undefined) return true;
    arrays.push({ text, start, end });
    this.at = end - 1;
    return arrays.length <= MAX_ARRAYS;
  }

  /**
   * Where an array ends, if it is one of numbers, evenly nested. Numbers have no quotes: its last digit is the last one
   * before the next quote, and as many brackets close it as opened it. When this guess is wrong, so is the array.
   */
  private arrayEnd(start: number): number | undefined {
    const { text } = this;
    const quote = text.indexOf(QUOTE, start);
    let end = quote < 0 ? text.length : quote;
    while (end > start && !(text[end - 1]! >= ZERO && text[end - 1]! <= NINE)) end--;
    for (let open = start; text[open] === OPEN_LIST; open = this.skipSpace(open + 1)) {
      end = this.skipSpace(end);
      if (text[end++] !== CLOSE_LIST) return undefined;
    }
    return end;
  }

  private skipSpace(from: number): number {
    const { text } = this;
    let i = from;
    while (text[i] === 0x20 || text[i] === 0x0a || text[i] === 0x0d || text[i] === 0x09) i++;
    return i;
  }

  /** The text with every array replaced by its number. */
  private withoutArrays(): string {
    let rest = '';
    let from = 0;
    this.arrays.forEach(({ start, end }, i) => {
      rest += `${this.text.toString('utf8', from, start)} ${i} `;
      from = end;
    });
    return rest + this.text.toString('utf8', from);
  }

  /** Puts elements in the place of the numbers; returns for how many that was possible. */
  private fill(request: unknown): number {
    const inputs = (request as { inputs?: unknown } | null)?.inputs;
    if (!Array.isArray(inputs)) return 0;
    return inputs.filter((input) => this.fillInput(input)).length;
  }

  private fillInput(input: unknown): boolean {
    if (typeof input !== 'object' || input === null) return false;
    const tensor = input as { data?: unknown; datatype?: unknown; shape?: unknown };
    if (typeof tensor.data !== 'number') return false;
    const { datatype, shape } = tensor;
    if (typeof datatype !== 'string' || elementCodec(datatype) === undefined || !isShape(shape)) return false;
    const data = scanTensor(this.arrays[tensor.data]!, datatype as Dtype, shape);
    if (data === undefined) return false;
    tensor.data = data;
    return true;
  }
}

/** ONNX Runtime itself stops far below; deeper nesting would only burn stack. */
export const MAX_RANK = 32;

/** Whether a value is a shape as the protocol writes it. */
export function isShape(value: unknown): value is readonly number[] {
  return (
    Array.isArray(value) &&
    value.length <= MAX_RANK &&
    value.every((size) => Number.isSafeInteger(size) && size >= 0)
  );
}
