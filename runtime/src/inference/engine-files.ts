import type { ModelPackage, PackageFile } from '../model';

/** Read once by the runtime and never seen by the engine: another threshold leaves the weights what they were. */
const DOCUMENTS: ReadonlySet<string> = new Set(['model.yaml', 'samples.jsonl', 'baseline.json']);

/** The graph of a package and its external data. */
export function engineFiles({ files }: Pick<ModelPackage, 'files'>): readonly PackageFile[] {
  return files.filter((file) => !DOCUMENTS.has(file.path));
}
