import pino, { type Logger } from 'pino';
import type { Problem, RuntimeConfig } from './contract';

export type { Logger };

/**
 * The log of this process: one JSON object a line on standard output. Requests are logged by route, status and id;
 * their bodies and the values in them never are.
 */
export function createLogger(level: RuntimeConfig['logging']['level'], endpoint: string): Logger {
  return pino({
    level,
    base: { endpoint },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  });
}

/** A problem as fields of a log line. */
export function problemFields(problem: Problem): Record<string, unknown> {
  return { ...problem };
}
