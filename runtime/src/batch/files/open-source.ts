import { openCsv } from './csv-source';
import type { FileFormat } from './file-format';
import type { FileSource, SourceRequest } from './file-source';
import { openNdjson } from './ndjson-source';
import { openParquet } from './parquet-source';

const OPEN: Readonly<Record<FileFormat, (request: SourceRequest) => Promise<FileSource>>> = {
  csv: openCsv,
  ndjson: openNdjson,
  parquet: openParquet,
};

/**
 * Opens a file by its format and compares its columns with the fields of the model.
 *
 * @throws BatchError BATCH_COLUMN_MISSING, BATCH_COLUMN_TYPE, BATCH_INPUT_UNREADABLE
 */
export function openSource(request: SourceRequest): Promise<FileSource> {
  return OPEN[request.file.format](request);
}
