import pino from 'pino';
import type { Logger } from '../../../runtime/src/logging';

/** A logger that keeps its lines. */
export class LogRecorder {
  readonly lines: Record<string, never>[] = [];
  readonly logger: Logger = pino(
    { level: 'debug' },
    { write: (line: string) => void this.lines.push(JSON.parse(line)) },
  );

  events(name: string): Record<string, never>[] {
    return this.lines.filter(({ event }) => event === name);
  }
}
