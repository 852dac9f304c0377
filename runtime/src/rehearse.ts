import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configText } from './config-text';
import {
  ProblemError,
  parseRuntimeConfig,
  type RehearsalEvent,
  type RehearsalMessage,
  type RehearsalTask,
} from './contract';
import { createLogger, exitAfterLog } from './logging';
import { runRehearsal } from './rehearsal/run-rehearsal';

/**
 * Entry of a process that rehearses a rollout: INFERSTACK_CONFIG as for the runtime, INFERSTACK_REHEARSAL the task as
 * JSON. It tells its parent what happens, and ends.
 */
async function main(): Promise<void> {
  process.on('disconnect', () => process.exit(1));
  const config = parseRuntimeConfig(...configText(process.env));
  const task = JSON.parse(process.env['INFERSTACK_REHEARSAL']!) as RehearsalTask;
  const logger = createLogger(config.logging.level, config.endpoint);
  const directory = mkdtempSync(join(tmpdir(), 'inferstack-rehearsal-'));
  // However it ends: also when its parent is gone.
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  try {
    const onEvent = (event: RehearsalEvent) => void tell({ type: 'event', event });
    const outcome = await runRehearsal(config, task, { logger, directory, onEvent });
    await tell({ type: 'finished', outcome });
    exitAfterLog(logger, 0);
  } catch (error) {
    const problems = error instanceof ProblemError ? error.problems : undefined;
    logger.error(
      { event: 'rehearsal_failed', problems, err: problems ? undefined : error },
      'cannot be rehearsed',
    );
    exitAfterLog(logger, 1);
  }
}

/** Resolves when the message has left. */
function tell(message: RehearsalMessage): Promise<void> {
  return new Promise((resolve) => process.send!(message, () => resolve()));
}

void main();
