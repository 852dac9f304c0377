import type { Problem } from '../problem';

/** One thing that is wrong with an adapter; `at` is below the adapter. */
export interface AdapterFinding extends Omit<Problem, 'at'> {
  readonly at: string;
}
