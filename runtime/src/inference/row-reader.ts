import type { Tensor } from '../contract';
import type { QualityFinding } from '../preprocessing';

/** Turns rows of named values into the inputs of a graph. */
export interface RowReader {
  /** Names a row may use. */
  readonly names: ReadonlySet<string>;
  /**
   * A promise only for rows with images, which other threads decode.
   *
   * @param findings takes the values that broke a rule of their field and were not refused.
   * @param now when the rows arrived, milliseconds since 1970. @default now
   * @throws RequestError INPUT_INVALID
   */
  decode(rows: readonly unknown[], findings?: QualityFinding[], now?: number): Tensor[] | Promise<Tensor[]>;
}
