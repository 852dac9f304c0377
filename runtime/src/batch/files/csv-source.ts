import { parseCsvLines } from '../../protocols/contracts/csv-text';
import type { ModelField } from '../model-fields';
import { BatchError } from '../problems';
import type { Block, LostLine } from './block';
import { literal, quoted } from './engine';
import {
  type FileSource,
  partitionColumns,
  presentFields,
  readFailure,
  type SourceRequest,
} from './file-source';
import { type BlockQuery, sqlBlocks } from './sql-blocks';
import { checkWhole, firstLine } from './text-lines';

/**
 * Reads CSV with a line of names. Every value is read as text and converted by the query; the text of what cannot be
 * converted is kept, so that the rules of the model tell what is wrong with it.
 */
export async function openCsv(request: SourceRequest): Promise<FileSource> {
  const { connection, passthrough, file } = request;
  try {
    const names = await namesOf(request);
    const fields = presentFields(request, names);
    const nested = fields.find(({ kind }) => kind === 'nested');
    if (nested !== undefined)
      throw new BatchError(unreadable(request, `CSV has no lists for ${nested.name}`));
    const suspects = fields.filter(({ kind }) => kind === 'number' || kind === 'boolean');
    const copied = passthrough.map((name) =>
      name in file.partitions ? literal(file.partitions[name]!) : quoted(name),
    );
    const selected = [...fields.map(converted), ...copied, ...(suspects.length > 0 ? [texts(suspects)] : [])];
    const query = (careful: boolean): BlockQuery => {
      const sql = `SELECT ${selected.join(', ')} FROM ${scan(request, names, careful)}`;
      const constants = partitionColumns(request);
      return { connection, sql, fields, constants, passthrough: copied.length, suspects };
    };
    return new CsvSource(request, query);
  } catch (error) {
    throw readFailure(error, request);
  }
}

class CsvSource implements FileSource {
  readonly rowCount = undefined;
  readonly passthroughTypes: readonly string[];
  private lost: readonly LostLine[] = [];

  constructor(
    private readonly request: SourceRequest,
    private readonly query: (careful: boolean) => BlockQuery,
  ) {
    this.passthroughTypes = request.passthrough.map(() => 'VARCHAR');
  }

  lostLines(): readonly LostLine[] {
    return this.lost;
  }

  /** A line that is no row ends a plain scan; then the file is read again by one that steps over such lines. */
  async *blocks(from: number, to: number = Number.POSITIVE_INFINITY): AsyncGenerator<Block> {
    await checkWhole(this.request);
    const position = { row: from };
    try {
      yield* this.scan(this.query(false), position, to);
      return;
    } catch (error) {
      if (!/CSV Error|Invalid Input Error/.test((error as Error).message))
        throw readFailure(error, this.request);
    }
    try {
      await this.forgetRejects();
      yield* this.scan(this.query(true), position, to);
      this.lost = await this.rejects();
      await this.forgetRejects();
    } catch (error) {
      throw readFailure(error, this.request);
    }
  }

  private async *scan(query: BlockQuery, position: { row: number }, to: number): AsyncGenerator<Block> {
    const start = position.row;
    const limited = to === Number.POSITIVE_INFINITY ? '' : ` LIMIT ${to - start}`;
    const sql = `${query.sql}${limited}${start > 0 ? ` OFFSET ${start}` : ''}`;
    for await (const block of sqlBlocks({ ...query, sql }, start)) {
      position.row += block.rows;
      yield block;
    }
  }

  private async rejects(): Promise<LostLine[]> {
    const sql = `SELECT line, any_value(error_type), any_value(error_message) FROM reject_errors GROUP BY line ORDER BY line`;
    const rows = (await this.request.connection.runAndReadAll(sql)).getRows();
    return rows.map(([line, type, message]) => ({
      line: Number(line),
      problem: {
        code: 'BATCH_ROW_UNREADABLE',
        at: `line ${line}`,
        what: `${String(type).toLowerCase()}: ${message}`,
        remedy: 'Correct the line.',
      },
    }));
  }

  private async forgetRejects(): Promise<void> {
    for (const table of ['reject_errors', 'reject_scans'])
      await this.request.connection.run(`DROP TABLE IF EXISTS ${table}`);
  }
}

/** The names in the first line. */
async function namesOf(request: SourceRequest): Promise<string[]> {
  const line = await firstLine(request);
  if (line === undefined)
    throw new BatchError(unreadable(request, 'the file is empty: it has no line of names'));
  const { delimiter } = request.file;
  const names = parseCsvLines(line, { delimiter, quote: '"' })[0]!.cells.map((name) => name.trim());
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice === undefined) return names;
  throw new BatchError(unreadable(request, `the column ${twice} is there twice`));
}

function scan({ path, file, input }: SourceRequest, names: readonly string[], careful: boolean): string {
  const columns = names.map((name) => `${literal(name)}: 'VARCHAR'`).join(', ');
  const options = [
    `columns = {${columns}}`,
    'header = true',
    'auto_detect = false',
    `delim = ${literal(file.delimiter)}`,
    `quote = '"'`,
    `escape = '"'`,
    `nullstr = [${input.csv.nulls.map(literal).join(', ')}]`,
    `compression = '${file.compression}'`,
    ...(careful ? ['store_rejects = true'] : []),
  ];
  return `read_csv(${literal(path)}, ${options.join(', ')})`;
}

const CONVERTED: Readonly<Partial<Record<ModelField['kind'], (name: string) => string>>> = {
  number: (name) => `TRY_CAST(${name} AS DOUBLE)`,
  boolean: (name) => `CASE lower(${name}) WHEN 'true' THEN true WHEN 'false' THEN false END`,
};

function converted({ column, kind }: ModelField): string {
  const name = quoted(column);
  const value = CONVERTED[kind]?.(name) ?? name;
  return kind === 'number' ? `coalesce(${value}, 'NaN'::DOUBLE)` : value;
}

/** The texts of all suspects of a row in which one of them is no value. */
function texts(suspects: readonly ModelField[]): string {
  const bad = suspects.map(({ column, kind }) => {
    const name = quoted(column);
    return `(${name} IS NOT NULL AND ${CONVERTED[kind]!(name)} IS NULL)`;
  });
  const list = suspects.map(({ column }) => quoted(column)).join(', ');
  return `CASE WHEN ${bad.join(' OR ')} THEN to_json([${list}])::VARCHAR END`;
}

function unreadable({ file }: SourceRequest, what: string) {
  const remedy = 'Correct the file, or leave it out by a pattern.';
  return { code: 'BATCH_INPUT_UNREADABLE', at: file.uri, what, remedy } as const;
}
