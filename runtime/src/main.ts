#!/usr/bin/env node
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configText } from './config-text';
import {
  type BatchConfig,
  ProblemError,
  type ProcessConfig,
  parseProcessConfig,
  type RuntimeConfig,
} from './contract';
import { createLogger, exitAfterLog, type Logger } from './logging';
import { ServeRole } from './serve';

/** What the process ends with; documented in README.md. */
const EXIT = { drained: 0, failed: 1, badConfig: 2, modelRefused: 3, cut: 4, workersLost: 5 } as const;

/** Cause of a stop nobody asked for. */
const FAILED = 'failed';

const SIGNALS = { SIGINT: 2, SIGTERM: 15 } as const;

async function main(): Promise<void> {
  const config = readConfig();
  if (config.role === 'batch') return score(config);
  const logger = createLogger(config.logging.level, config.endpoint);
  logger.info({ event: 'start', role: config.role, node: process.version, pid: process.pid }, 'starting');
  const role = await startRole(config, logger, cacheDirectory());
  const stopped = stopOnSignals(role, logger);
  process.send?.({ type: 'listening', ...role.ports });
  try {
    await role.load();
    process.send?.({ type: 'ready' });
  } catch (error) {
    if (stopped()) return;
    const problems = error instanceof ProblemError ? error.problems : undefined;
    logger.error(
      { event: 'model_refused', problems, err: problems ? undefined : error },
      'a model cannot serve',
    );
    exitAfterLog(logger, EXIT.modelRefused);
  }
}

const cacheDirectory = (): string => process.env.INFERSTACK_CACHE ?? join(tmpdir(), 'inferstack');

/** The role `batch`. A first signal, or the end of its parent, ends it after the block in hand: what is committed stays, and the next try goes on from there. */
async function score(config: BatchConfig): Promise<void> {
  const logger = createLogger(config.logging.level, config.job);
  logger.info({ event: 'start', role: config.role, node: process.version, pid: process.pid }, 'starting');
  const stopped = new AbortController();
  let ended: number | undefined;
  const stop = (cause: string, number: number): void => {
    if (ended !== undefined) exitAfterLog(logger, ended);
    ended = 128 + number;
    logger.info({ event: 'stop', cause }, 'told to stop');
    stopped.abort();
  };
  for (const [signal, number] of Object.entries(SIGNALS)) process.on(signal, () => stop(signal, number));
  onParentGone(() => ended ?? stop('parent gone', SIGNALS.SIGTERM));
  // Of a role that most processes never have: it brings an engine of 70 MB.
  const { runBatch } = require('./batch') as typeof import('./batch');
  const code = await runBatch(config, {
    logger,
    cacheDirectory: cacheDirectory(),
    environment: process.env,
    signal: stopped.signal,
    terminal: process.stderr.isTTY ? process.stderr : undefined,
  });
  exitAfterLog(logger, code === 0 ? 0 : (ended ?? code));
}

function readConfig(): ProcessConfig {
  try {
    return parseProcessConfig(...configText(process.env));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(EXIT.badConfig);
  }
}

async function startRole(config: RuntimeConfig, logger: Logger, cacheDirectory: string): Promise<ServeRole> {
  try {
    const stateDirectory = process.env.INFERSTACK_STATE ?? cacheDirectory;
    return await ServeRole.start(config, {
      ...{ logger, cacheDirectory, stateDirectory },
      environment: process.env,
    });
  } catch (error) {
    const problems = error instanceof ProblemError ? error.problems : undefined;
    logger.error({ event: 'start_failed', problems, err: problems ? undefined : error }, 'cannot start');
    exitAfterLog(logger, problems?.[0]?.code.startsWith('CONFIG_') === true ? EXIT.badConfig : EXIT.failed);
    return new Promise(() => undefined);
  }
}

/** Drains on the first signal, when the parent is gone or the role has failed; ends on the second. Returns whether it was told to stop. */
function stopOnSignals(role: ServeRole, logger: Logger): () => boolean {
  let stopping = false;
  const stop = (cause: string, exitCode: number): void => {
    if (stopping) {
      exitAfterLog(logger, exitCode);
      return;
    }
    stopping = true;
    logger.info({ event: 'stop', cause }, 'told to stop');
    const failed = cause === FAILED;
    void role.stop().then((complete) => {
      exitAfterLog(logger, failed ? EXIT.workersLost : complete ? EXIT.drained : EXIT.cut);
    });
  };
  void role.failed.then(() => {
    if (!stopping) stop(FAILED, EXIT.workersLost);
  });
  for (const [signal, number] of Object.entries(SIGNALS))
    process.on(signal, () => stop(signal, 128 + number));
  const parentGone = (): void => {
    if (!stopping) stop('parent gone', EXIT.drained);
  };
  onParentGone(parentGone);
  return () => stopping;
}

/** A process that was started with a channel ends with whoever holds its other end. */
function onParentGone(told: () => void): void {
  process.on('disconnect', told);
  // What sending to a parent that is gone ends in.
  process.on('error', told);
  if (process.send !== undefined && !process.connected) told();
}

void main();
