import { show } from '../problem';
import type { AdapterFinding } from './finding';
import type { FixedColumn } from './formats';

interface FixedRecord {
  readonly recordLength: number;
  readonly columns: readonly FixedColumn[];
}

/** What is wrong with the columns of a record. */
export function columnFindings({ recordLength, columns }: FixedRecord, at: string): AdapterFinding[] {
  const findings: AdapterFinding[] = [];
  const invalid = (index: number, what: string, got: unknown, remedy: string) =>
    findings.push({ code: 'ADAPTER_INVALID', at: `${at}[${index}]`, what, got: show(got), remedy });
  columns.forEach((column, index) => {
    const { name, start, length } = column;
    const end = start + length - 1;
    if (end > recordLength) {
      invalid(index, `${name} ends behind the record`, end, `End it at ${recordLength} or before.`);
    }
    const other = columns.slice(0, index).find((earlier) => overlaps(earlier, column));
    if (other !== undefined) {
      invalid(index, `${name} overlaps ${other.name}`, start, 'Give each column characters of its own.');
    }
    if (columns.slice(0, index).some((earlier) => earlier.name === name)) {
      invalid(index, 'another column has this name', name, 'Name each column once.');
    }
    if (column.type === 'number' && digitsOf(column) < 1) {
      invalid(index, `${name} has no room for a digit before the decimals`, length, 'Make it longer.');
    }
  });
  return findings;
}

function overlaps(a: FixedColumn, b: FixedColumn): boolean {
  return a.start < b.start + b.length && b.start < a.start + a.length;
}

/** Digits before the decimal point that a column has room for; with an implied point there need be none. */
function digitsOf({ length, decimals, point, sign }: Extract<FixedColumn, { type: 'number' }>): number {
  const separate = sign === 'leading' || sign === 'trailing' ? 1 : 0;
  if (point === 'implied') return Math.max(length - separate - decimals + 1, 0);
  return length - separate - (decimals > 0 ? decimals + 1 : 0);
}
