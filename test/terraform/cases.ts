/** A stack that a target makes of one set of options. */
export interface Case {
  readonly name: string;
  /** Writes it below a directory, as cdktf does. */
  synthesize(directory: string): void;
}

/** Stacks that terraform judges besides the examples. */
export const cases: readonly Case[] = [];
