import type { SourceRequest } from '../core/model-lock';

/** What a registry says of a source, before anything large is downloaded. */
export interface Located {
  /** Where the same artifact is found again. */
  readonly resolved: SourceRequest;
  /** Brings the artifact into a directory that exists and is empty. */
  fetchInto(directory: string): Promise<void>;
}

export type Environment = Readonly<Record<string, string | undefined>>;
