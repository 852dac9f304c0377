/**
 * One thing that is wrong with an input, told so that the reader can fix it without opening this code.
 */
export interface Problem {
  /** Stable identifier, listed in docs/errors.md. Never reused for another cause. */
  readonly code: string;
  /** Where: a file with line, a construct path or a dotted path inside the input. */
  readonly at: string;
  /** What is wrong. */
  readonly what: string;
  /** The value that was given, as the reader wrote it. */
  readonly got?: string;
  /** What would have been accepted. */
  readonly allowed?: string;
  /** What to do now. */
  readonly remedy: string;
}

/** Code -> one-line meaning. Every area declares its own; docs/errors.md is generated from all of them. */
export type ProblemCatalogue = Readonly<Record<string, string>>;

/** Codes of documents checked by this folder: manifests, golden samples, baselines, runtime configurations. */
export const contractProblems = {
  MANIFEST_INVALID: 'A value in model.yaml is missing, unknown, or of the wrong type or format.',
  MANIFEST_INCONSISTENT: 'Two parts of model.yaml contradict each other.',
  MANIFEST_SYNTAX: 'model.yaml is not valid YAML.',
  CONFIG_INVALID: 'A value in the runtime configuration is missing, unknown, or of the wrong type or format.',
  CONFIG_SYNTAX: 'The runtime configuration is not valid JSON.',
  ADAPTER_INVALID: 'Options of an adapter contradict each other.',
  ADAPTER_PATH: 'The path of an adapter is answered by something else.',
  ADAPTER_MODEL: 'An adapter is for a model or version that is not served.',
  ADAPTER_EXPRESSION: 'The mapping of an adapter is not a JSONata expression.',
  BASELINE_INVALID: 'baseline.json does not have the documented form.',
  SAMPLE_INVALID: 'A line of samples.jsonl is not a golden sample, or holds NaN or Infinity.',
} as const satisfies ProblemCatalogue;

/** Several problems thrown once, so that a user fixes them in one pass. */
export class ProblemError extends Error {
  override readonly name: string = 'ProblemError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[], subject?: string) {
    super(formatProblems(problems, subject));
    this.problems = problems;
  }

  /** Code of the first problem. */
  get code(): string {
    return this.problems[0]?.code ?? 'UNKNOWN';
  }
}

/** Throws when the list is not empty. */
export function throwProblems(problems: readonly Problem[], subject?: string): void {
  if (problems.length > 0) throw new ProblemError(problems, subject);
}

export function formatProblem(problem: Problem): string {
  const details = [
    problem.got === undefined ? undefined : `got ${problem.got}`,
    problem.allowed === undefined ? undefined : `allowed: ${problem.allowed}`,
  ].filter((part) => part !== undefined);
  const suffix = details.length > 0 ? ` (${details.join('; ')})` : '';
  return `${problem.code} at ${problem.at}: ${problem.what}${suffix}. ${problem.remedy}`;
}

export function formatProblems(problems: readonly Problem[], subject = 'input'): string {
  const [first] = problems;
  if (first !== undefined && problems.length === 1) {
    const place = subject === 'input' || first.at.includes(subject) ? '' : `${subject}: `;
    return place + formatProblem(first);
  }
  return `${problems.length} problems in ${subject}:\n${problems.map((p) => `  - ${formatProblem(p)}`).join('\n')}`;
}

const SHOWN_CHARACTERS = 80;
const SHOWN_DEPTH = 6;

/** A value as it appears in a message: short, and never a whole document. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  // JSON has no word for these and would say null.
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  const text = JSON.stringify(excerpt(value, 0)) ?? String(value);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS - 3)}...` : text;
}

/** As much of a value as can be shown: a request may be megabytes long, or nested deeper than the stack. */
function excerpt(value: unknown, depth: number): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'string') return value.slice(0, SHOWN_CHARACTERS);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === SHOWN_DEPTH) return '...';
  if (Array.isArray(value)) return value.slice(0, SHOWN_CHARACTERS).map((item) => excerpt(item, depth + 1));
  const shown: [string, unknown][] = [];
  for (const key in value) {
    if (shown.length === SHOWN_CHARACTERS) break;
    if (Object.hasOwn(value, key))
      shown.push([key, excerpt((value as Record<string, unknown>)[key], depth + 1)]);
  }
  return Object.fromEntries(shown);
}
