/**
 * Loaded into the process of the app, before the app: notes every job that is created and writes them down when the
 * process ends, whichever way it ends. The app's own copy of this library does the rest.
 */
import { writeFileSync } from 'node:fs';
import { startCollectingJobs } from '../../core/collector';
import { toAppJob } from './app-job';

const file = process.env['INFERSTACK_COLLECT_JOBS_FILE'];
if (file !== undefined) {
  // Processes that the app starts are not the app.
  delete process.env['INFERSTACK_COLLECT_JOBS_FILE'];
  const collected = startCollectingJobs();
  process.on('exit', () => writeFileSync(file, JSON.stringify(collected.map(toAppJob)), { mode: 0o600 }));
}
