import type { z } from 'zod';
import { type Problem, show } from './problem';

type Issue = z.core.$ZodIssue;

/** Turns every issue of a failed parse into a problem; unknown keys become one problem each. */
export function issuesToProblems(
  error: z.ZodError,
  input: unknown,
  code: string,
  locate: (dottedPath: string, path: readonly PropertyKey[]) => string,
): Problem[] {
  return error.issues.flatMap((issue) => toProblems(issue, input, code, locate));
}

function toProblems(
  issue: Issue,
  input: unknown,
  code: string,
  locate: (dottedPath: string, path: readonly PropertyKey[]) => string,
): Problem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      code,
      at: locate(dotted([...issue.path, key]), [...issue.path, key]),
      what: `unknown key ${show(key)}`,
      remedy: 'Remove it or correct its spelling; the schema lists every key.',
    }));
  }
  return [
    { code, at: locate(dotted(issue.path), issue.path), ...finding(issue, valueAt(input, issue.path)) },
  ];
}

function finding(issue: Issue, value: unknown): Omit<Problem, 'code' | 'at'> {
  // `key:` alone is null in YAML: as missing to its writer as a key that is not there.
  if (value === undefined || (value === null && issue.path.length > 0)) {
    return { what: 'a required value is missing', allowed: allowed(issue), remedy: 'Add it.' };
  }
  if (typeof value === 'string' && value.trim() === '') {
    return { what: 'a required value is empty', remedy: 'Fill it in.' };
  }
  return {
    what: 'the value is not allowed',
    got: show(typeof value === 'string' ? withoutUser(value) : value),
    allowed: allowed(issue),
    remedy: 'Correct the value.',
  };
}

/** An address may have been given with a password, and what is refused is told and logged. */
const withoutUser = (text: string): string => text.replace(/:\/\/[^/\s]*@/g, '://...@');

function allowed(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_value':
      return issue.values.map((v) => show(v)).join(' | ');
    case 'invalid_type':
      return issue.expected;
    case 'invalid_union':
      // A union told apart by one key names no branch when that key is wrong; its message lists the values.
      if (issue.errors.length === 0) return issue.message;
      return issue.errors.map((branch) => branch.map(allowed).join(' and ')).join(' or ');
    default:
      return issue.message;
  }
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

/** `signature.inputs[0].dtype`, as a reader would write it. */
export function dotted(path: readonly PropertyKey[]): string {
  const joined = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return joined.replace(/^\./, '') || '(root)';
}
