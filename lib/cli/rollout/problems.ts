import type { ProblemCatalogue } from '@inferstack/runtime/contract';

/** Codes of what can go wrong with `inferstack rollout`. */
export const rolloutProblems = {
  ROLLOUT_NOTHING_RUNS: 'No `inferstack up` of this user is running, or none with this endpoint.',
  ROLLOUT_NONE: 'The endpoint moves no requests between versions.',
  ROLLOUT_SEVERAL: 'Several rollouts are meant, and only one can be acted on at a time.',
  ROLLOUT_UNREACHABLE: 'A management listener cannot be asked.',
  ROLLOUT_KEY_FILE: 'The file with the key cannot be read, or holds none.',
  ROLLOUT_KEY_REFUSED: 'The key may not act on this rollout, or nobody may.',
  ROLLOUT_REFUSED:
    'The runtime does not do what was asked for: the rollout has ended, or its candidate is not loaded.',
} as const satisfies ProblemCatalogue;
