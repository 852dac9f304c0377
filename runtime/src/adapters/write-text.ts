import type { BodyOf } from '../contract';
import { CHARSETS, encodeText } from './text-encoding';
import { type BodyWriter, failed, type WrittenBody } from './written-body';

/** A text the mapping has made. */
export class TextWriter implements BodyWriter {
  constructor(private readonly options: BodyOf<'text'>) {}

  write(value: unknown): WrittenBody {
    const { encoding } = this.options;
    if (typeof value !== 'string') throw failed('the mapping gives no text.');
    const bytes = encodeText(value, encoding);
    if (bytes === undefined) throw failed(`a character has no form in ${encoding}.`);
    return { bytes, contentType: `text/plain; charset=${CHARSETS[encoding]}` };
  }
}
