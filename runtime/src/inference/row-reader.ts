import type { Tensor } from '../contract';
import type { QualityFinding } from '../preprocessing';

/** Turns rows of named values into the inputs of a graph. */
export interface RowReader {
  /** Names a row may use. */
  readonly names: ReadonlySet<string>;
  /** Whether a run may have several rows. */
  readonly batched: boolean;
  /**
   * A promise only for rows with images, which other threads decode.
   *
   * @param findings takes the values that broke a rule of their field and were not refused.
   * @param now when the rows arrived, milliseconds since 1970. @default now
   * @throws RequestError INPUT_INVALID
   */
  decode(rows: readonly unknown[], findings?: QualityFinding[], now?: number): Tensor[] | Promise<Tensor[]>;
  /**
   * As `decode`, from columns: plain or typed arrays with a value a row; null and NaN are missing.
   *
   * @param columns by name; one that is left out is missing in every row.
   * @throws RequestError INPUT_INVALID
   */
  decodeColumns(
    columns: Columns,
    rows: number,
    findings?: QualityFinding[],
    now?: number,
  ): Tensor[] | Promise<Tensor[]>;
}

/** Values of many rows by the name of their field. */
export type Columns = ReadonlyMap<string, ArrayLike<unknown>>;
