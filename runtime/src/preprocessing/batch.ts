/** The values of a batch, column by column: value r of slot s is at `s * rows + r`. */
export interface Batch {
  readonly rows: number;
  /** Numbers; booleans as 0 and 1; dates as milliseconds since 1970 in UTC. NaN is missing. */
  readonly numbers: Float64Array;
  /** Strings; null is missing. */
  readonly texts: (string | null)[];
  /** Files of images. */
  readonly images: (Uint8Array | undefined)[];
}

/** A compiled step: one pass over a column. */
export type Operation = (batch: Batch, problems: RowProblems) => void;

export type RowProblemCode =
  | 'INPUT_UNKNOWN'
  | 'INPUT_MISSING'
  | 'INPUT_SHAPE'
  | 'INPUT_VALUE_TYPE'
  | 'INPUT_NOT_FINITE'
  | 'INPUT_OUT_OF_RANGE'
  | 'INPUT_CATEGORY'
  | 'INPUT_LENGTH'
  | 'INPUT_PATTERN'
  | 'INPUT_RULE'
  | 'INPUT_AGE'
  | 'INPUT_IMAGE'
  | 'INPUT_IMAGE_SIZE';

export interface RowProblemDetails {
  readonly got?: string;
  readonly allowed?: string;
  readonly remedy: string;
}

/** Is told what is wrong with the rows; decides itself what becomes of it. */
export interface RowProblems {
  /** Problems so far. */
  readonly total: number;
  add(code: RowProblemCode, at: string, what: string, rest: RowProblemDetails): void;
}

/** The rules a field itself may have; rules between fields have names of their own. */
export const FIELD_RULES = ['range', 'categories', 'length', 'pattern', 'missing'] as const;

/** A value that broke a rule and was not refused. */
export interface QualityFinding {
  /** Position of the row in its request. */
  readonly row: number;
  readonly field: string;
  /** One of `FIELD_RULES`, or the name of a rule between fields. */
  readonly rule: string;
  /** What became of the value: `flag` kept it, `impute` took it for missing. */
  readonly policy: 'flag' | 'impute';
}
