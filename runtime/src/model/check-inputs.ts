import { type ColumnSpec, type Dtype, type InputSpec, isFloat, isInteger, isNumeric } from '../contract';
import type { DocumentReport } from './document-report';
import { integerBounds } from './integer-bounds';

type Path = readonly PropertyKey[];
type Range = NonNullable<ColumnSpec['range']>;

/** Checks ranges, categories, defaults and columns of one input. */
export function checkInput(report: DocumentReport, path: Path, input: InputSpec): void {
  checkRange(report, [...path, 'range'], input.range, input.dtype);
  if (input.columns === undefined) return;
  checkColumnCount(report, path, input);
  if (input.range !== undefined) {
    report.add([...path, 'range'], {
      what: 'an input with columns has its ranges on the columns',
      remedy: 'Move the range to the columns it is meant for.',
    });
  }
  for (const [i, column] of input.columns.entries()) {
    checkColumn(report, [...path, 'columns', i], column, input.dtype);
  }
}

function checkColumnCount(report: DocumentReport, path: Path, { shape, columns }: InputSpec): void {
  const last = shape.at(-1);
  if (last === columns?.length) return;
  report.add([...path, 'columns'], {
    what: 'the number of columns is not the last dimension of the shape',
    got: columns?.length,
    allowed: typeof last === 'number' ? String(last) : 'a fixed last dimension',
    remedy: 'Name every entry of the last dimension, in the order of the graph.',
  });
}

function checkColumn(report: DocumentReport, path: Path, column: ColumnSpec, dtype: Dtype): void {
  checkRange(report, [...path, 'range'], column.range, dtype);
  checkCategories(report, [...path, 'categories'], column.categories, dtype);
  if (column.range !== undefined && column.categories !== undefined) {
    report.add([...path, 'categories'], {
      what: 'a column has either a range or categories',
      remedy: 'Remove one of the two.',
    });
  }
  checkDefault(report, path, column, dtype);
}

function checkRange(report: DocumentReport, path: Path, range: Range | undefined, dtype: Dtype): void {
  if (range === undefined) return;
  const [low, high] = range;
  if (!isNumeric(dtype)) {
    report.add(path, {
      what: `a range has no meaning for ${dtype}`,
      allowed: 'numeric dtypes',
      remedy: dtype === 'BYTES' ? 'List the allowed values as categories.' : 'Remove the range.',
    });
  }
  if (low !== null && high !== null && low > high) {
    report.add(path, {
      what: 'the lower end of the range is above the upper end',
      got: range,
      allowed: '[lowest, highest]',
      remedy: 'Swap or correct the ends.',
    });
  }
}

function checkCategories(
  report: DocumentReport,
  path: Path,
  categories: ColumnSpec['categories'],
  dtype: Dtype,
): void {
  if (categories === undefined) return;
  if (dtype !== 'BYTES' && !isInteger(dtype)) {
    report.add(path, {
      what: `categories have no meaning for ${dtype}`,
      allowed: 'BYTES and integer dtypes',
      remedy: 'Use a range, or remove them.',
    });
    return;
  }
  for (const [i, category] of categories.entries()) {
    checkValue(report, [...path, i], category, dtype);
  }
  report.unique(
    categories.map((category) => JSON.stringify(category)),
    (i) => [...path, i],
    'the category is listed twice',
  );
}

function checkDefault(report: DocumentReport, path: Path, column: ColumnSpec, dtype: Dtype): void {
  const { required, range, categories } = column;
  const value = column.default;
  if (value === undefined) {
    if (required || isFloat(dtype)) return;
    report.add([...path, 'required'], {
      what: `an optional ${dtype} column needs a default: only floats can be NaN`,
      remedy: 'Add `default`, or make the column required.',
    });
    return;
  }
  const at = [...path, 'default'];
  if (required) {
    report.add(at, {
      what: 'a required column never takes its default',
      remedy: 'Add `required: false`, or remove the default.',
    });
  }
  if (!checkValue(report, at, value, dtype)) return;
  const outside = typeof value === 'number' && range !== undefined && !inRange(value, range);
  if (outside || (categories !== undefined && !categories.includes(value))) {
    report.add(at, {
      what: 'the default is not an allowed value of its column',
      got: value,
      allowed: outside ? `the range ${JSON.stringify(range)}` : `one of ${JSON.stringify(categories)}`,
      remedy: 'Correct the default.',
    });
  }
}

/** Whether a category or default can be an element of the dtype. */
function checkValue(report: DocumentReport, path: Path, value: string | number, dtype: Dtype): boolean {
  const allowed = allowedElement(value, dtype);
  if (allowed === undefined) return true;
  report.add(path, {
    what: `the value is not ${dtype}`,
    got: value,
    allowed,
    remedy: dtype === 'BYTES' ? 'Put it in quotes.' : 'Correct the value.',
  });
  return false;
}

function allowedElement(value: string | number, dtype: Dtype): string | undefined {
  if (dtype === 'BYTES') return typeof value === 'string' ? undefined : 'a string';
  if (typeof value !== 'number') return 'a number';
  if (dtype === 'BOOL') return value === 0 || value === 1 ? undefined : '0 or 1';
  if (isFloat(dtype)) return undefined;
  const [low, high] = integerBounds(dtype);
  const fits = Number.isInteger(value) && BigInt(value) >= low && BigInt(value) <= high;
  return fits ? undefined : `a whole number from ${low} to ${high}`;
}

export function inRange(value: number, [low, high]: Range): boolean {
  return (low === null || value >= low) && (high === null || value <= high);
}
