import { elementAt } from '../../inference';
import type { Reply } from '../http/reply';
import type { Outputs } from './answer-rows';
import { requireRows } from './encode-values';

/**
 * A line for each row: the elements of all outputs, in the order of the signature.
 *
 * @throws RequestError REQUEST_INVALID when an output does not go along with the rows.
 */
export function csvReply({ outputs, rows }: Outputs): Reply {
  requireRows(outputs, rows);
  const lines = Array.from({ length: rows }, (_, row) => {
    const cells = outputs.flatMap(({ dtype, data }) => {
      const size = data.length / rows;
      return Array.from({ length: size }, (_unused, i) => csvCell(elementAt(dtype, data, row * size + i)));
    });
    return `${cells.join(',')}\n`;
  });
  return { contentType: 'text/csv', parts: [lines.join('')], headers: [], binary: false };
}

function csvCell(value: number | bigint | string): string {
  if (typeof value !== 'string') return Number.isNaN(value) ? '' : String(value);
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
