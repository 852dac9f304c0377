import { type Manifest, type PreprocessingSpec, ProblemError, show, type Tensor } from '../contract';
import { closest } from '../model/closest';
import type { Batch, QualityFinding, RowProblems } from './batch';
import { describe } from './field-reader';
import { ImageWriter } from './images/image-writer';
import { type PreprocessingPlan, planPreprocessing } from './plan-preprocessing';

type Row = Readonly<Record<string, unknown>>;

/** An input of the graph, as far as it is known without decoding images. */
export interface CheckedInput {
  readonly name: string;
  readonly shape: readonly number[];
  /** Undefined for images. */
  readonly tensor: Tensor | undefined;
}

/**
 * Turns raw fields into the inputs of the graph, as the manifest says: pure, a whole batch column by column, the same
 * for requests, golden samples, files and devices.
 */
export class Preprocessor {
  /** Names of the fields, in the order `transform` takes their columns. */
  readonly names: readonly string[];
  /** Whether a batch may have several rows. */
  readonly batched: boolean;
  /** Whether rows carry images: then only the asynchronous methods decode them. */
  readonly hasImages: boolean;
  /** Whether what the rows are worth depends on when they arrive. */
  readonly judgesAge: boolean;
  private readonly known: ReadonlySet<string>;
  private readonly plan: PreprocessingPlan;

  /** @throws ProblemError MANIFEST_INCONSISTENT for a preprocessing that opening its package would refuse. */
  constructor(spec: PreprocessingSpec, { inputs }: Pick<Manifest['signature'], 'inputs'>) {
    this.plan = planPreprocessing(spec, inputs, (path, { what, got, remedy }) => {
      const at = path.join('.');
      throw new ProblemError([{ code: 'MANIFEST_INCONSISTENT', at, what, got: show(got), remedy }]);
    });
    this.names = this.plan.readers.map(({ name }) => name);
    this.known = new Set(this.names);
    this.hasImages = this.plan.images > 0;
    this.judgesAge = spec.rules?.some(({ check }) => check === 'age') ?? false;
    this.batched = this.plan.writers.every(({ batched }) => batched);
  }

  /**
   * Reads rows, `{field: value}`, for a model without images. The tensors are of use only when no problem was added.
   *
   * @param findings takes the values that broke a rule and were kept or imputed.
   * @param now when the rows arrived, milliseconds since 1970: rules on the age of dates are held against it.
   */
  decode(
    rows: readonly unknown[],
    problems: RowProblems,
    findings: QualityFinding[] = [],
    now: number = Date.now(),
  ): Tensor[] {
    const columns = this.columns(rows, problems);
    return columns === undefined ? [] : this.transform(columns, rows.length, problems, findings, now);
  }

  /** As `decode`, for any model: images are decoded by other threads. */
  async decodeImages(
    rows: readonly unknown[],
    problems: RowProblems,
    findings: QualityFinding[] = [],
    now: number = Date.now(),
  ): Promise<Tensor[]> {
    const columns = this.columns(rows, problems);
    return columns === undefined ? [] : this.transformImages(columns, rows.length, problems, findings, now);
  }

  /**
   * Transforms columns, one for each of `names`: plain or typed arrays with a value a row.
   *
   * @returns a tensor for each input of the signature, of use only when no problem was added.
   */
  transform(
    columns: readonly ArrayLike<unknown>[],
    rows: number,
    problems: RowProblems,
    findings: QualityFinding[] = [],
    now: number = Date.now(),
  ): Tensor[] {
    if (this.hasImages) throw new Error('a model with images is not decoded synchronously');
    const batch = this.prepare(columns, rows, problems, findings, now);
    // Without images no writer is asynchronous.
    return batch === undefined
      ? []
      : this.plan.writers.map((writer) => writer.write(batch, problems) as Tensor);
  }

  /** As `transform`, for any model. */
  async transformImages(
    columns: readonly ArrayLike<unknown>[],
    rows: number,
    problems: RowProblems,
    findings: QualityFinding[] = [],
    now: number = Date.now(),
  ): Promise<Tensor[]> {
    const batch = this.prepare(columns, rows, problems, findings, now);
    if (batch === undefined) return [];
    return Promise.all(this.plan.writers.map((writer) => writer.write(batch, problems)));
  }

  /**
   * Checks rows as far as that can be done at once: the files of images are looked at, not decoded.
   *
   * @returns the inputs by shape, those without images with their tensors too; none when a problem was added.
   */
  check(rows: readonly unknown[], problems: RowProblems, now: number = Date.now()): CheckedInput[] {
    const columns = this.columns(rows, problems);
    const batch = columns && this.prepare(columns, rows.length, problems, [], now);
    if (batch === undefined) return [];
    return this.plan.writers.map((writer) => {
      const { name } = writer;
      const tensor = writer instanceof ImageWriter ? undefined : (writer.write(batch, problems) as Tensor);
      return { name, shape: writer.shape(rows.length), tensor };
    });
  }

  /** The values of rows by field; undefined for what are no rows of this model. */
  private columns(rows: readonly unknown[], problems: RowProblems): unknown[][] | undefined {
    const before = problems.total;
    this.checkForm(rows, problems);
    if (problems.total > before) return undefined;
    const objects = rows as readonly Row[];
    for (const [index, row] of objects.entries()) this.checkNames(row, index, problems);
    return this.names.map((name) => objects.map((row) => ownValue(row, name)));
  }

  /** Takes values through rules and steps; undefined when a problem was added. */
  private prepare(
    columns: readonly ArrayLike<unknown>[],
    rows: number,
    problems: RowProblems,
    findings: QualityFinding[],
    now: number,
  ): Batch | undefined {
    const { readers, rules, operations, numbers, texts, images } = this.plan;
    const batch: Batch = {
      rows,
      numbers: new Float64Array(numbers * rows),
      texts: texts === 0 ? [] : new Array<string | null>(texts * rows).fill(null),
      images: images === 0 ? [] : new Array<undefined>(images * rows).fill(undefined),
    };
    const before = problems.total;
    for (let i = 0; i < readers.length; i++) readers[i]!.read(columns[i]!, batch, problems, findings);
    // What could not be read would only be reported a second time.
    if (problems.total > before) return undefined;
    for (const rule of rules) rule.apply(batch, now, problems, findings);
    if (problems.total > before) return undefined;
    for (const operation of operations) operation(batch, problems);
    return problems.total > before ? undefined : batch;
  }

  private checkForm(rows: readonly unknown[], problems: RowProblems): void {
    if (rows.length === 0 || (rows.length > 1 && !this.batched)) {
      problems.add('INPUT_SHAPE', 'rows', 'the number of rows does not fit', {
        got: String(rows.length),
        allowed: this.batched ? 'at least 1' : '1, the model has no batch dimension',
        remedy: this.batched ? 'Send a row.' : 'Send each row in a request of its own.',
      });
    }
    rows.forEach((row, index) => {
      if (typeof row === 'object' && row !== null && !Array.isArray(row)) return;
      problems.add('INPUT_VALUE_TYPE', `rows[${index}]`, 'not an object', {
        got: describe(row),
        allowed: 'an object of field names and values',
        remedy: 'Send objects.',
      });
    });
  }

  private checkNames(row: Row, index: number, problems: RowProblems): void {
    for (const name of Object.keys(row)) {
      if (this.known.has(name)) continue;
      const shortened = name.length > 64 ? `${name.slice(0, 64)}...` : name;
      const near = problems.total < MAX_SUGGESTIONS;
      const remedy = near ? closest(name, this.names, 'Send the fields of the model.') : 'Correct the name.';
      problems.add('INPUT_UNKNOWN', `rows[${index}].${shortened}`, 'the model has no field of this name', {
        remedy,
      });
    }
  }
}

/** Searching the nearest name costs more than anything else here: a hostile batch must not buy much of it. */
const MAX_SUGGESTIONS = 50;

/** What every object inherits is no value of a row; nothing inherited is a number, a string or a boolean. */
function ownValue(row: Row, name: string): unknown {
  const value = row[name];
  const inherited = typeof value === 'object' || typeof value === 'function';
  return inherited && !Object.hasOwn(row, name) ? undefined : value;
}
