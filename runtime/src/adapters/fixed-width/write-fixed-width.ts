import type { BodyOf } from '../../contract';
import { CHARSETS, encodeText } from '../text-encoding';
import { asRecords, type BodyWriter, failed, type WrittenBody } from '../written-body';
import { writeRecord } from './fixed-record';

/** Rows as records of a fixed length. What has no room in its column is refused, never cut. */
export class FixedWidthWriter implements BodyWriter {
  constructor(private readonly options: BodyOf<'fixed-width'>) {}

  write(value: unknown): WrittenBody {
    const { encoding, separator } = this.options;
    const records = asRecords(value).map((row, index) => {
      const written = writeRecord(row, this.options);
      if (typeof written === 'string') return written + separator;
      throw failed(`record ${index + 1}: ${written.faults.join('; ')}.`);
    });
    const bytes = encodeText(records.join(''), encoding);
    if (bytes === undefined) throw failed(`a character of the answer has no form in ${encoding}.`);
    return { bytes, contentType: `text/plain; charset=${CHARSETS[encoding]}` };
  }
}
