/**
 * Loaded into the process of the app, before the app: notes every endpoint that is created and writes them down when
 * the process ends, whichever way it ends. The app's own copy of this library does the rest.
 */
import { writeFileSync } from 'node:fs';
import { startCollecting } from '../core/collector';
import { toAppEndpoint } from './app-endpoint';

const file = process.env['INFERSTACK_COLLECT_FILE'];
if (file !== undefined) {
  // Processes that the app starts are not the app.
  delete process.env['INFERSTACK_COLLECT_FILE'];
  const collected = startCollecting();
  process.on('exit', () =>
    writeFileSync(file, JSON.stringify(collected.map(toAppEndpoint)), { mode: 0o600 }),
  );
}
