import { formatProblem, type Problem } from '@inferstack/runtime/contract';
import type { ReplicaExit } from './replica-process';

const SHOWN_LINES = 8;

/** Why a replica ended: the problems it named, or else its last words. */
export function explainExit({ code, signal, lastLines }: ReplicaExit): string {
  const how = signal === null ? `ended with exit code ${code ?? 'unknown'}` : `was ended by ${signal}`;
  const entries = lastLines.map(readLine);
  const problems = entries.findLast((entry) => entry.problems !== undefined)?.problems;
  // Killed from outside: what it logged before does not tell why.
  if (problems !== undefined && signal === null)
    return `${how}:\n${indent(problems.map(formatProblem).join('\n'))}`;
  const words = entries.map(({ text }) => text).filter((text) => text !== '');
  if (words.length === 0) return how;
  return `${how}; its last lines:\n${indent(lastWords(words).join('\n'))}`;
}

/** From the last error on, where there is one: what follows it is only its stack. */
function lastWords(words: readonly string[]): readonly string[] {
  const error = words.findLastIndex((line) => /^(Uncaught )?\w*Error\b/.test(line));
  return error === -1 ? words.slice(-SHOWN_LINES) : words.slice(error, error + SHOWN_LINES);
}

const indent = (text: string): string => text.replace(/^/gm, '  ');

interface Line {
  readonly text: string;
  readonly problems?: readonly Problem[];
}

/** Message and problems of a JSON log line; anything else as it is. */
function readLine(line: string): Line {
  const entry = parse(line);
  if (entry === undefined) return { text: line };
  const { msg, err, problems } = entry;
  const cause = typeof err === 'object' && err !== null && 'message' in err ? `: ${String(err.message)}` : '';
  const text = typeof msg === 'string' ? `${msg}${cause}` : line;
  return Array.isArray(problems) && problems.length > 0
    ? { text, problems: problems as Problem[] }
    : { text };
}

function parse(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
