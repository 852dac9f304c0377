import { type FixedColumn, show } from '../../contract';
import { readNumber, writeNumber } from './number-column';

/** A value of a column, or why there is none. */
export type ColumnValue = { readonly value: string | number | null } | { readonly fault: string };

/** What stands in a column of a record. */
export function readColumn(record: string, column: FixedColumn): ColumnValue {
  const text = record.slice(column.start - 1, column.start - 1 + column.length);
  if (column.type === 'text') return { value: column.trim ? stripped(text, column) : text };
  const value = readNumber(text, column);
  if (value !== undefined) return { value };
  return { fault: `${column.name} is not a number as its column has it: ${show(text)}` };
}

function stripped(text: string, { align, pad }: Extract<FixedColumn, { type: 'text' }>): string {
  let start = 0;
  let end = text.length;
  if (align === 'right') while (start < end && text[start] === pad) start++;
  else while (end > start && text[end - 1] === pad) end--;
  return text.slice(start, end);
}

/** The characters of a column for a value; never cut, since what is left of a number is another number. */
export function writeColumn(
  value: unknown,
  column: FixedColumn,
): { readonly text: string } | { fault: string } {
  const { name, length } = column;
  if (value === null || value === undefined) return { text: ' '.repeat(length) };
  const text = column.type === 'text' ? writeText(value, column) : numberText(value, column);
  return text === undefined
    ? { fault: `${name} has no room for ${show(value)} in ${length} characters` }
    : { text };
}

function numberText(value: unknown, column: Extract<FixedColumn, { type: 'number' }>): string | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? writeNumber(number, column) : undefined;
}

function writeText(
  value: unknown,
  { length, align, pad }: Extract<FixedColumn, { type: 'text' }>,
): string | undefined {
  if (typeof value === 'object') return undefined;
  const text = String(value);
  if (text.length > length || /[\r\n]/.test(text)) return undefined;
  return align === 'left' ? text.padEnd(length, pad) : text.padStart(length, pad);
}

/** A whole record; columns nobody names are blank. @returns the faults when it cannot be written. */
export function writeRecord(
  values: Readonly<Record<string, unknown>>,
  { recordLength, columns }: { readonly recordLength: number; readonly columns: readonly FixedColumn[] },
): string | { readonly faults: readonly string[] } {
  const characters = Array<string>(recordLength).fill(' ');
  const faults: string[] = [];
  for (const column of columns) {
    const written = writeColumn(values[column.name], column);
    if ('fault' in written) faults.push(written.fault);
    else for (let i = 0; i < column.length; i++) characters[column.start - 1 + i] = written.text[i]!;
  }
  return faults.length > 0 ? { faults } : characters.join('');
}
