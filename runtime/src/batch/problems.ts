import { BATCH_EXIT, type Problem, type ProblemCatalogue, ProblemError } from '../contract';

/** Why a batch job ends before everything is scored. */
export const batchProblems = {
  BATCH_INPUT_EMPTY: 'There is no file at an address of the input.',
  BATCH_INPUT_FORMAT: 'The format of a file is not told by its name, or is one that batch jobs do not read.',
  BATCH_INPUT_UNREADABLE: 'A file of the input is damaged, or not what its name says.',
  BATCH_INPUT_CHANGED: 'A file of the input is not the one that the run began with.',
  BATCH_INPUT_UNPINNED:
    'A server tells nothing by which a changed file would be known, so the run needs a name.',
  BATCH_COLUMN_MISSING:
    'A file has no column for a required field, or none of a name that is passed through.',
  BATCH_COLUMN_TYPE:
    'A column of a file has a type that the field cannot take, or another one than in other files.',
  BATCH_MODEL_UNSUPPORTED: 'The model has inputs that files cannot carry, or says nothing about predictions.',
  BATCH_ROW_UNREADABLE: 'A line of a file cannot be read as a row; it is put aside.',
  BATCH_TOO_MANY_BAD_ROWS: 'More rows are bad than errorThreshold allows.',
  BATCH_RUN_CONFLICT: 'A run of this name was begun with another model or other settings.',
  BATCH_RUN_NAME: 'A variable names the run or its execution in a way that no folder can be called.',
  BATCH_WORKER_NUMBER: 'What the platform says about the number of this worker cannot be.',
  BATCH_URI_INVALID: 'An address of input or output is not one that batch jobs understand.',
  BATCH_STORE_FAILED: 'A store refused or failed, even after retries.',
  BATCH_DISK: 'The disk is full or cannot be written.',
  BATCH_TIMEOUT: 'The job took longer than timeoutMs.',
} as const satisfies ProblemCatalogue;

export type BatchProblemCode = keyof typeof batchProblems;

export type BatchProblem = Problem & { readonly code: BatchProblemCode };

const EXIT_OF: Readonly<Partial<Record<BatchProblemCode, number>>> = {
  BATCH_MODEL_UNSUPPORTED: BATCH_EXIT.badConfig,
  BATCH_RUN_CONFLICT: BATCH_EXIT.badConfig,
  BATCH_INPUT_UNPINNED: BATCH_EXIT.badConfig,
  BATCH_RUN_NAME: BATCH_EXIT.badConfig,
  BATCH_WORKER_NUMBER: BATCH_EXIT.badConfig,
  BATCH_URI_INVALID: BATCH_EXIT.badConfig,
  BATCH_STORE_FAILED: BATCH_EXIT.failed,
  BATCH_DISK: BATCH_EXIT.failed,
  BATCH_TIMEOUT: BATCH_EXIT.timedOut,
};

/** Ends the job; `exitCode` says whether another try makes sense. */
export class BatchError extends ProblemError {
  override readonly name = 'BatchError';
  readonly exitCode: number;

  constructor(...problems: readonly BatchProblem[]) {
    super(problems, 'the batch job');
    this.exitCode = EXIT_OF[problems[0]!.code] ?? BATCH_EXIT.badData;
  }
}
