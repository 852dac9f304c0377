import type { ReplicaExit } from './replica-process';

const SHOWN_LINES = 8;

/** Why a replica ended, in its own words where it had any. */
export function explainExit({ code, signal, lastLines }: ReplicaExit): string {
  const how = signal === null ? `ended with exit code ${code ?? 'unknown'}` : `was ended by ${signal}`;
  const words = lastLines.map(readLine).filter((line) => line !== '');
  // A line logged as fatal is the reason itself: the others only surround it.
  const fatal = lastLines.filter(isFatal).map(readLine).at(-1);
  const shown = fatal === undefined ? words.slice(-SHOWN_LINES) : [fatal];
  return shown.length === 0 ? how : `${how}:\n${shown.map((line) => `  ${line}`).join('\n')}`;
}

const FATAL = 60;

function isFatal(line: string): boolean {
  return Number(parse(line)?.['level']) >= FATAL || parse(line)?.['level'] === 'fatal';
}

/** The message of a JSON log line, or the line as it is. */
function readLine(line: string): string {
  const entry = parse(line);
  if (entry === undefined) return line;
  const error = entry['err'];
  const text =
    (typeof error === 'object' && error !== null && 'message' in error ? error.message : undefined) ??
    entry['msg'];
  return typeof text === 'string' ? text : line;
}

function parse(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
