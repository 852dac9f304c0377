import { DEFAULT_FORMATS, DEFAULT_MAX_BYTES, type FieldSpec, type ImageFormat } from '../../contract';
import type { Batch, RowProblemCode, RowProblems } from '../batch';
import { describe } from '../field-reader';
import { imageFormat } from './image-format';

/** Reads the files of an image field: base64, as JSON carries it, or the bytes themselves. */
export class ImageReader {
  readonly name: string;
  private readonly formats: readonly ImageFormat[];
  private readonly maxBytes: number;

  constructor(
    { name, formats = DEFAULT_FORMATS, maxBytes = DEFAULT_MAX_BYTES }: FieldSpec,
    private readonly slot: number,
  ) {
    this.name = name;
    this.formats = formats;
    this.maxBytes = maxBytes;
  }

  read(column: ArrayLike<unknown>, batch: Batch, problems: RowProblems): void {
    for (let row = 0; row < batch.rows; row++) {
      const file = this.file(column[row], row, problems);
      if (file !== undefined) batch.images[this.slot * batch.rows + row] = file;
    }
  }

  private file(value: unknown, row: number, problems: RowProblems): Uint8Array | undefined {
    const report = (
      code: RowProblemCode,
      what: string,
      got: string,
      allowed: string,
      remedy: string,
    ): undefined => void problems.add(code, `rows[${row}].${this.name}`, what, { got, allowed, remedy });
    if (value === undefined || value === null)
      return report(
        'INPUT_MISSING',
        'the image is missing',
        show(value),
        'base64',
        'Send an image; it is required.',
      );
    const text = value instanceof Uint8Array ? undefined : base64Of(value);
    const bytes = text === undefined ? undefined : decodedLength(text);
    const size = value instanceof Uint8Array ? value.length : bytes;
    if (size === undefined)
      return report(
        'INPUT_VALUE_TYPE',
        'not an image',
        describe(value),
        'the file in base64',
        'Send a string.',
      );
    if (size > this.maxBytes)
      return report(
        'INPUT_IMAGE_SIZE',
        'the image is too large',
        `${size} bytes`,
        `at most ${this.maxBytes} bytes`,
        'Send a smaller file.',
      );
    const file = value instanceof Uint8Array ? value : Buffer.from(text!, 'base64');
    // Characters that are no base64 are skipped by the decoder, and so missing from what it gives.
    if (file.length !== size)
      return report(
        'INPUT_VALUE_TYPE',
        'not base64',
        'other characters',
        'the file in base64',
        'Send it without line breaks and without `data:` in front.',
      );
    const format = imageFormat(file);
    if (format !== undefined && this.formats.includes(format)) return file;
    const remedy = 'Send it in one of these formats; the bytes count, not the name of the file.';
    return report(
      'INPUT_IMAGE',
      'not an image in a format the model takes',
      format ?? 'another format',
      this.formats.join(' | '),
      remedy,
    );
  }
}

/** Bytes that so many characters hold, without those that only fill it up. */
function decodedLength(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return Math.floor(((text.length - padding) * 3) / 4);
}

/** A string, or `{"b64": ...}`, as clients of TensorFlow Serving write bytes. */
function base64Of(value: unknown): string | undefined {
  const text = typeof value === 'object' && value !== null ? (value as { b64?: unknown }).b64 : value;
  return typeof text === 'string' ? text : undefined;
}

const show = (value: unknown): string => (value === null ? 'null' : 'nothing');
