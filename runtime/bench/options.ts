import path from 'node:path';
import { parseArgs } from 'node:util';
import type { ModeName } from './run/modes';

export interface Options {
  readonly mode: ModeName;
  /** Only write the page from what was measured before. */
  readonly report: boolean;
  /** Where RESULTS.md and the folder `results` go. */
  readonly out: string;
  /** Ids of the only contenders to run; empty: all. */
  readonly only: readonly string[];
  /** `name/version` of the only models to run, and `memory`; empty: all. */
  readonly models: readonly string[];
  /** Overrides the number of rounds of the mode. */
  readonly rounds: number | undefined;
}

export const USAGE = `npm run bench -- [options]
  --standard          everything that is asked of the runtime, in about three quarters of an hour (the default)
  --full              more models, rounds and concurrencies: over two hours
  --quick             a look in under three minutes; writes to runtime/bench/out
  --models a/1,b/1    only these models; "memory" is memory by replica and version
  --only a,b          only these contenders, by id; writes to runtime/bench/out
  --rounds n          rounds instead of the mode's own number; writes to runtime/bench/out
  --out directory     where RESULTS.md and the parts in results/ go
  --report            measures nothing, writes RESULTS.md from the parts that are there`;

/** @throws Error on unknown or malformed options */
export function parseOptions(argv: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      standard: { type: 'boolean', default: false },
      full: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      report: { type: 'boolean', default: false },
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
  const mode = modeOf(values);
  const only = list(values.only);
  // Whole suites replace those measured before; less than that must not.
  const whole = mode !== 'quick' && only.length === 0 && rounds === undefined;
  const out = values.out ?? path.join(__dirname, whole ? '.' : 'out');
  return { mode, report: values.report, out, only, models: list(values.models), rounds };
}

function modeOf(values: Readonly<Record<ModeName, boolean>>): ModeName {
  const asked = (['standard', 'full', 'quick'] as const).filter((mode) => values[mode]);
  if (asked.length > 1) throw new Error(`--${asked.join(' and --')} exclude each other`);
  return asked[0] ?? 'standard';
}
