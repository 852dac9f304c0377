import path from 'node:path';
import {
  type Baseline,
  deepFreeze,
  type GoldenSample,
  type Manifest,
  type Problem,
  throwProblems,
} from '../contract';
import type { ManifestParts } from './check-manifest';
import { digestFiles, directoryProblems, type PackageFile } from './package-digest';
import { type ListedFile, listPackageFiles, readText } from './package-files';
import { missingFile } from './package-path';
import { BASELINE_FILE, readBaseline } from './read-baseline';
import { readGraph } from './read-graph';
import { MANIFEST_FILE, readManifest } from './read-manifest';
import { readSamples, SAMPLES_FILE } from './read-samples';

/** A model package that was opened and checked as a whole. */
export interface ModelPackage {
  /** Absolute path of the directory. */
  readonly directory: string;
  readonly manifest: Manifest;
  /** Digest of the whole package, `sha256:<hex>`. */
  readonly digest: string;
  /** Size of all files together. */
  readonly bytes: number;
  readonly files: readonly PackageFile[];
  readonly samples: readonly GoldenSample[];
  readonly baseline: Baseline | undefined;
}

interface Contents {
  readonly manifest: Manifest | undefined;
  readonly samples: readonly GoldenSample[];
  readonly baseline: Baseline | undefined;
}

/**
 * Opens a model package and checks everything that can be checked without running the model: the manifest by itself,
 * the ONNX graph against the signature, every golden sample and the baseline against both. Nothing is cached.
 *
 * @param directory that holds model.yaml; absolute, or relative to the working directory.
 * @throws ProblemError with all problems at once, each with file and line: PACKAGE_*, MANIFEST_*, ONNX_*, SIGNATURE_*,
 * SAMPLE_*, BASELINE_*.
 */
export function openModelPackage(directory: string): ModelPackage {
  const root = path.resolve(directory);
  const subject = `model package ${root}`;
  throwProblems(directoryProblems(root));
  const problems: Problem[] = [];
  const listed = listPackageFiles(root, problems);
  const { manifest, samples, baseline } = readContents(root, listed, problems);
  throwProblems(problems, subject);
  const { digest, bytes, files } = digestFiles(root, listed, problems);
  throwProblems(problems, subject);
  return { directory: root, manifest: deepFreeze(manifest!), digest, bytes, files, samples, baseline };
}

function readContents(root: string, listed: readonly ListedFile[], problems: Problem[]): Contents {
  const read = (file: string): string | undefined =>
    listed.some((candidate) => candidate.path === file) ? readText(root, file, problems) : undefined;
  for (const file of [MANIFEST_FILE, SAMPLES_FILE]) {
    if (!listed.some((candidate) => candidate.path === file)) problems.push(missingPart(file, listed));
  }
  const manifestText = read(MANIFEST_FILE);
  const manifest = manifestText === undefined ? undefined : readManifest(manifestText, problems);
  if (manifest !== undefined) readGraph(root, manifest, listed, problems);
  const samplesText = read(SAMPLES_FILE);
  const baselineText = read(BASELINE_FILE);
  const parts = manifest?.parts ?? NO_PARTS;
  return {
    manifest: manifest?.manifest,
    samples: samplesText === undefined ? [] : readSamples(samplesText, parts, problems),
    baseline: baselineText === undefined ? undefined : readBaseline(baselineText, parts, problems),
  };
}

const NO_PARTS: ManifestParts = {
  signature: undefined,
  preprocessing: undefined,
  postprocessing: undefined,
  prediction: undefined,
  metrics: undefined,
};

function missingPart(file: string, listed: readonly ListedFile[]): Problem {
  const problem = missingFile(file, file === MANIFEST_FILE ? 'manifest' : 'file of golden samples', file);
  const elsewhere = listed.find((candidate) => candidate.path.endsWith(`/${file}`));
  if (elsewhere === undefined) return problem;
  return {
    ...problem,
    remedy: `There is ${elsewhere.path}: give the directory that directly holds ${file}.`,
  };
}
