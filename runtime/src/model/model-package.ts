import type { Baseline, GoldenSample, Manifest } from '../contract';

/** A file of the package with its content hash. */
export interface PackageFile {
  /** Path inside the package with forward slashes. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

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

export declare function openModelPackage(directory: string): ModelPackage;
