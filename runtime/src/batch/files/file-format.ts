import type { BatchSpec } from '../../contract';
import { BatchError, type BatchProblem } from '../problems';

export type FileFormat = 'csv' | 'ndjson' | 'parquet';
export type FileCompression = 'none' | 'gzip' | 'zstd';

export interface FileForm {
  readonly format: FileFormat;
  readonly compression: FileCompression;
  /** CSV: between values. */
  readonly delimiter: string;
}

const FORMATS: Readonly<Record<string, FileFormat>> = {
  csv: 'csv',
  tsv: 'csv',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  parquet: 'parquet',
};
const COMPRESSIONS: Readonly<Record<string, FileCompression>> = { gz: 'gzip', zst: 'zstd' };

/** How a file is written, by its name and by what the configuration says. @throws BatchError BATCH_INPUT_FORMAT */
export function fileForm(name: string, input: BatchSpec['input']): FileForm {
  const extensions = name.toLowerCase().split('/').at(-1)!.split('.').slice(1);
  const packed = COMPRESSIONS[extensions.at(-1) ?? ''];
  const extension = extensions.at(packed === undefined ? -1 : -2) ?? '';
  const format = input.format === 'auto' ? FORMATS[extension] : input.format;
  if (format === undefined) throw new BatchError(unknownFormat(name, extension));
  const compression = input.compression === 'auto' ? (packed ?? 'none') : input.compression;
  const delimiter = extension === 'tsv' ? '\t' : input.csv.delimiter;
  return { format, compression: format === 'parquet' ? 'none' : compression, delimiter };
}

const ARROW = ['arrow', 'arrows', 'feather', 'ipc'];

function unknownFormat(at: string, extension: string): BatchProblem {
  const arrow = ARROW.includes(extension);
  return {
    code: 'BATCH_INPUT_FORMAT',
    at,
    what: arrow ? 'files of Arrow are not read' : 'the name does not tell the format',
    allowed: '.csv, .tsv, .ndjson, .jsonl, .parquet; the first four with .gz or .zst behind',
    remedy: arrow
      ? 'Write Parquet instead: every library that writes Arrow files writes it too.'
      : 'Set input.format, or a pattern that finds the data files alone.',
  };
}
