import type { Dtype } from '../../contract';
import { RequestError } from '../../errors';
import type { ModelInstance } from '../../inference';
import { cell, columnDtypes } from './column-values';
import { parseCsv } from './csv-text';
import { named } from './dataframe';

/**
 * Rows of CSV whose first line names the columns, as pandas writes it.
 *
 * @throws RequestError REQUEST_SYNTAX, REQUEST_INVALID
 */
export function csvRecords(instance: ModelInstance, text: string): Record<string, unknown>[] {
  const [names, ...lines] = parseCsv(text);
  if (names === undefined) throw invalid('The CSV has no line.');
  if (new Set(names).size < names.length) throw invalid('The header of the CSV has a name twice.');
  const dtypes = columnDtypes(instance);
  return lines.map((line, i) =>
    named(
      names,
      cells(
        line,
        names.map((name) => dtypes.get(name)),
      ),
      `line ${i + 2}`,
    ),
  );
}

/**
 * Rows of CSV without header: a value for each column of the model, or field of its preprocessing, in the order of
 * model.yaml; without columns the elements of the only input.
 *
 * @throws RequestError REQUEST_SYNTAX, REQUEST_INVALID
 */
export function csvValues(instance: ModelInstance, text: string): unknown[] {
  const lines = parseCsv(text);
  if (lines.length === 0) throw invalid('The CSV has no line.');
  const { signature, preprocessing } = instance.manifest;
  const { inputs } = signature;
  const dtypes = [...columnDtypes(instance)];
  if (preprocessing !== undefined || inputs.every(({ columns }) => columns !== undefined)) {
    const names = dtypes.map(([name]) => name);
    return lines.map((line, i) =>
      named(
        names,
        cells(
          line,
          dtypes.map(([, dtype]) => dtype),
        ),
        `line ${i + 1}`,
      ),
    );
  }
  const [input, ...more] = inputs;
  if (more.length > 0)
    throw invalid('The model has several inputs without columns: CSV cannot tell them apart; send JSON.');
  const shape = input!.shape.slice(1);
  return lines.map((line, i) =>
    shaped(
      cells(
        line,
        line.map(() => input!.dtype),
      ),
      shape,
      `line ${i + 1}`,
    ),
  );
}

function cells(line: readonly string[], dtypes: readonly (Dtype | undefined)[]): unknown[] {
  return line.map((text, i) => cell(text, dtypes[i]));
}

/** The elements of a line in the nested form of an input. */
function shaped(values: readonly unknown[], shape: readonly (number | string)[], at: string): unknown {
  const known = shape.map((size) => (typeof size === 'number' ? size : 1));
  const open = shape.filter((size) => typeof size === 'string').length;
  const product = known.reduce((all, size) => all * size, 1);
  if (open > 1) throw invalid('The input has several open sizes: CSV cannot tell them; send JSON.');
  if (values.length % product !== 0 || values.length === 0 || (open === 0 && values.length !== product)) {
    throw invalid(`${at} has ${values.length} values; the input takes ${product} a row.`);
  }
  const sizes = shape.map((size) => (typeof size === 'number' ? size : values.length / product));
  return nest(values, sizes);
}

function nest(values: readonly unknown[], sizes: readonly number[]): unknown {
  if (sizes.length === 0) return values[0];
  const [size, ...inner] = sizes as [number, ...number[]];
  const step = values.length / size;
  return Array.from({ length: size }, (_, i) => nest(values.slice(i * step, (i + 1) * step), inner));
}

function invalid(message: string): RequestError {
  return new RequestError('REQUEST_INVALID', message);
}
