import { type Problem, show } from '../contract';
import type { Locate } from './source-document';

export interface Finding {
  /** What is wrong. */
  readonly what: string;
  /** The offending value; left out of the message when absent. */
  readonly got?: unknown;
  readonly allowed?: string;
  readonly remedy: string;
}

type Path = readonly PropertyKey[];

/** Collects what is wrong in one document, each with its line. */
export class DocumentReport {
  constructor(
    private readonly code: string,
    private readonly locate: Locate,
    private readonly problems: Problem[],
  ) {}

  add(path: Path, { what, got, allowed, remedy }: Finding): void {
    const shown = got === undefined ? undefined : show(got);
    this.problems.push({ code: this.code, at: this.locate(path), what, got: shown, allowed, remedy });
  }

  /** Reports every name that occurs a second time. */
  unique(names: readonly string[], pathOf: (index: number) => Path, what: string): void {
    const seen = new Set<string>();
    for (const [index, name] of names.entries()) {
      if (seen.has(name)) {
        this.add(pathOf(index), { what, got: name, remedy: 'Give each its own name.' });
      }
      seen.add(name);
    }
  }
}
