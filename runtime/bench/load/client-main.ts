/** The client process: measures what it is asked over the channel to its parent, and ends with it. */
import { closedLoop } from './closed-loop';
import type { Job } from './job';
import { openLoop } from './open-loop';

process.on('disconnect', () => process.exit(0));
process.on('message', (job: Job) => {
  const run = job.kind === 'closed' ? closedLoop(job.target, job.options) : openLoop(job.target, job.options);
  run.then(
    (result) => process.send!({ ok: true, result }),
    (error: Error) => process.send!({ ok: false, error: error.message }),
  );
});
