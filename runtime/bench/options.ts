import path from 'node:path';
import { parseArgs } from 'node:util';

export interface Options {
  readonly quick: boolean;
  /** Where RESULTS.md and RESULTS.json go. */
  readonly out: string;
  /** Ids of the only contenders to run; empty: all. */
  readonly only: readonly string[];
  /** `name/version` of the only models to run; empty: all. */
  readonly models: readonly string[];
  /** Overrides the number of rounds of the mode. */
  readonly rounds: number | undefined;
}

export const USAGE = `npm run bench -- [options]
  --quick             a look in under three minutes; writes to runtime/bench/out
  --only a,b          only these contenders, by id
  --models a/1,b/1    only these models
  --rounds n          rounds instead of the mode's own number
  --out directory     where RESULTS.md and RESULTS.json go`;

/** @throws Error on unknown or malformed options */
export function parseOptions(argv: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      quick: { type: 'boolean', default: false },
      out: { type: 'string' },
      only: { type: 'string' },
      models: { type: 'string' },
      rounds: { type: 'string' },
    },
  });
  const list = (text: string | undefined) => text?.split(',').map((part) => part.trim()) ?? [];
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  if (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0)) {
    throw new Error(`--rounds is ${values.rounds}; allowed: a whole number from 1`);
  }
  const only = list(values.only);
  const models = list(values.models);
  // A part of the suites must not replace the whole table.
  const whole = !values.quick && only.length === 0 && models.length === 0 && rounds === undefined;
  const out = values.out ?? path.join(__dirname, whole ? '.' : 'out');
  return { quick: values.quick, out, only, models, rounds };
}
