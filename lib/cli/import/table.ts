/** Rows of a file, as text: what a cell means is told by the model. */
export interface Table {
  /** As the user wrote it, for messages. */
  readonly file: string;
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
}

export interface TableRow {
  /** Line of a CSV file, row of a Parquet file; counted from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}
