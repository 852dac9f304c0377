import { ProblemError } from '../../contract';

/** What a request is told that was in the runs of two workers that ended. */
export const workerLost = (): ProblemError =>
  new ProblemError([
    {
      code: 'MODEL_WORKER_LOST',
      at: 'request',
      what: 'the worker running this request ended twice',
      remedy: 'Look at the log for the reason; the request itself may crash the model.',
    },
  ]);
