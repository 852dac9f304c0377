import path from 'node:path';
import { UsageError } from '../cli-io';

/** `Credit Risk_v2.onnx` -> `credit-risk-v2` */
export function nameFrom(file: string): string {
  const name = path
    .basename(file, path.extname(file))
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '');
  if (name === '') throw new UsageError(`${file}: the file name gives no name for the model; use --name`);
  return name;
}
