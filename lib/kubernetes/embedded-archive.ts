import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ModelPackage, writeModelArchive } from '@inferstack/runtime/model';

/**
 * A ConfigMap may hold 1 MiB, and etcd refuses requests above 1.5 MiB, in which the content is base64.
 * https://kubernetes.io/docs/concepts/configuration/configmap/
 */
export const MAX_EMBEDDED_BASE64_BYTES = 1_000_000;

const archives = new WeakMap<ModelPackage, string>();

/** The package as base64 of its deterministic archive; made once for a package. */
export function archiveBase64(model: ModelPackage): string {
  const known = archives.get(model);
  if (known !== undefined) return known;
  const made = makeArchive(model);
  archives.set(model, made);
  return made;
}

function makeArchive(model: ModelPackage): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'inferstack-'));
  try {
    const file = path.join(directory, 'model.tar.gz');
    writeModelArchive(model, file);
    return readFileSync(file).toString('base64');
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
