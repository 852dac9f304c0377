import pino, { type Logger } from 'pino';
import type { Problem, RuntimeConfig } from './contract';

export type { Logger };

// Any length from 1 on is written at once; only with 0 would `flush` call back before it was.
const destination = pino.destination({ fd: 1, sync: false, minLength: 1 });
const LAST_WORDS_MS = 1000;

/**
 * The log of this process: one JSON object a line on standard output. Requests are logged by route, status and id;
 * their bodies and the values in them never are.
 */
export function createLogger(level: RuntimeConfig['logging']['level'], endpoint: string): Logger {
  const formatters = { level: (label: string) => ({ level: label }) };
  return pino(
    { level, base: { endpoint }, timestamp: pino.stdTimeFunctions.isoTime, formatters },
    destination,
  );
}

/** Writes a line of another form among the log: in order with it, and as little waited for. */
export function writeLine(line: string): void {
  destination.write(`${line}\n`);
}

/**
 * Ends the process when its log is written, or cannot be: at exit the logger itself would try for ever to write to a
 * pipe that nobody reads any more, and the process would stay.
 */
export function exitAfterLog(logger: Logger, code: number): void {
  const exit = (): void => {
    destination.flushSync = () => undefined;
    process.exit(code);
  };
  setTimeout(exit, LAST_WORDS_MS);
  logger.flush(exit);
}

/** A problem as fields of a log line. */
export function problemFields(problem: Problem): Record<string, unknown> {
  return { ...problem };
}
