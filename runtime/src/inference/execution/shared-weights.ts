import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { arch, cpus, platform } from 'node:os';
import path from 'node:path';
import type { Tensor } from '../../contract';
import { hashFile, type ModelPackage } from '../../model';
import { engineFiles } from '../engine-files';
import { OnnxSession } from '../onnx-session';
import { exportWeights } from './export-weights';

/** Below this, a copy per session costs less than the file it would be mapped from. */
const WORTH_SHARING_BYTES = 1024 * 1024;
const GRAPH = 'graph.onnx';
const WEIGHTS = 'weights.bin';
const LISTING = 'sha256.json';

/**
 * Writes a model once in the form the kernels use, so that sessions map its weights instead of each holding a copy:
 * threads, versions with the same weights, and processes on one machine share the memory.
 *
 * The copy is used only if it gives bit-identical outputs on `sample`, and is checked by hash each time it is found.
 *
 * @param cacheDirectory writable directory that may outlive the process.
 * @returns path of the optimized graph, or undefined when sharing is not worth it or not exact.
 */
export async function shareWeights(
  pkg: ModelPackage,
  sample: readonly Tensor[],
  cacheDirectory: string,
  intraOpThreads: number,
): Promise<string | undefined> {
  if (!engineFiles(pkg).some((file) => file.bytes >= WORTH_SHARING_BYTES)) return undefined;
  const directory = path.join(cacheDirectory, 'weights', cacheKey(pkg));
  if (!isIntact(directory)) await write(pkg, sample, directory, intraOpThreads);
  return isIntact(directory) ? path.join(directory, GRAPH) : undefined;
}

/** Kernels lay weights out for one engine version and one kind of processor. */
function cacheKey(pkg: ModelPackage): string {
  const content = engineFiles(pkg).map((file) => `${file.sha256} ${file.path}`);
  const facts = [
    pkg.manifest.graph,
    ...content,
    OnnxSession.engineVersion,
    platform(),
    arch(),
    cpuFeatures(),
  ];
  return createHash('sha256').update(facts.join('\n')).digest('hex');
}

function cpuFeatures(): string {
  try {
    const info = readFileSync('/proc/cpuinfo', 'utf8');
    return /^(flags|Features)\s*:.*$/m.exec(info)?.[0] ?? cpus()[0]!.model;
  } catch {
    return cpus()[0]?.model ?? 'unknown';
  }
}

async function write(
  pkg: ModelPackage,
  sample: readonly Tensor[],
  directory: string,
  intraOpThreads: number,
): Promise<void> {
  mkdirSync(path.dirname(directory), { recursive: true, mode: 0o700 });
  const draft = mkdtempSync(`${directory}.`);
  try {
    const files = { graph: path.join(draft, GRAPH), weights: path.join(draft, WEIGHTS) };
    const { directory: source, manifest } = pkg;
    if (await exportWeights({ directory: source, manifest, sample, files, intraOpThreads })) {
      publish(draft, directory);
    }
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Makes the draft visible in one step. Another process may have been faster; its result is as good. */
function publish(draft: string, directory: string): void {
  const files = [GRAPH, WEIGHTS].filter((file) => existsSync(path.join(draft, file)));
  const listing = Object.fromEntries(files.map((file) => [file, hashFile(path.join(draft, file)).sha256]));
  writeFileSync(path.join(draft, LISTING), JSON.stringify(listing));
  // Removing what another process has just published would pull it from under its workers.
  if (isIntact(directory)) return;
  rmSync(directory, { recursive: true, force: true });
  try {
    renameSync(draft, directory);
  } catch (error) {
    if (!isIntact(directory)) throw error;
  }
}

function isIntact(directory: string): boolean {
  try {
    const listing = JSON.parse(readFileSync(path.join(directory, LISTING), 'utf8')) as Record<string, string>;
    return Object.entries(listing).every(
      ([file, hash]) => hashFile(path.join(directory, file)).sha256 === hash,
    );
  } catch {
    return false; // absent, or not written to its end
  }
}
