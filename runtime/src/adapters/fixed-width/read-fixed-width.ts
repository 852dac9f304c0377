import type { RequestOf } from '../../contract';
import { FormProblems } from '../../inference/form-problems';
import { invalid, type ParsedBody, type Received, type RequestReader } from '../parsed-body';
import { decodeText } from '../text-encoding';
import { readColumn } from './fixed-record';

/** Records of a fixed length, as punched cards were. */
export class FixedWidthReader implements RequestReader {
  constructor(private readonly options: RequestOf<'fixed-width'>) {}

  read({ bytes }: Received): ParsedBody {
    const records = this.split(decodeText(bytes, this.options.encoding));
    const problems = new FormProblems();
    const rows = records.map((record, index) => this.row(record, `line ${index + 1}`, problems));
    problems.throwIfAny();
    return { body: rows, rows, places: records.map((_, index) => `line ${index + 1}`), texts: false };
  }

  private split(text: string): string[] {
    const { separator, recordLength } = this.options;
    if (separator !== '') {
      const lines = text.split(/\r?\n/);
      if (lines.at(-1) === '') lines.pop();
      return lines;
    }
    if (text.length % recordLength !== 0) {
      const rest = text.length % recordLength;
      throw invalid(`The body is not made of records of ${recordLength} characters: ${rest} are left over.`);
    }
    return Array.from({ length: text.length / recordLength }, (_, i) =>
      text.slice(i * recordLength, (i + 1) * recordLength),
    );
  }

  private row(record: string, at: string, problems: FormProblems): Record<string, unknown> {
    const { recordLength, columns } = this.options;
    if (record.length !== recordLength) {
      problems.add(at, `${record.length} characters`, `records of ${recordLength} characters`);
      return {};
    }
    const entries = columns.map((column) => {
      const read = readColumn(record, column);
      if ('value' in read) return [column.name, read.value] as const;
      problems.add(`${at}.${column.name}`, read.fault, 'a number as the column is declared');
      return [column.name, null] as const;
    });
    return Object.fromEntries(entries);
  }
}
