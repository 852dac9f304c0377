import { type Durations, FULL, QUICK, STANDARD } from './durations';
import { FULL_SUITES, QUICK_SUITES, STANDARD_SUITES, type Suite } from './suites';

export type ModeName = 'standard' | 'full' | 'quick';

export interface Mode {
  readonly durations: Durations;
  readonly suites: readonly Suite[];
  /** Whether memory by replica and version is measured too. */
  readonly memory: boolean;
}

export const MODES: Readonly<Record<ModeName, Mode>> = {
  standard: { durations: STANDARD, suites: STANDARD_SUITES, memory: true },
  full: { durations: FULL, suites: FULL_SUITES, memory: true },
  quick: { durations: QUICK, suites: QUICK_SUITES, memory: false },
};
