import type { Problem } from '../contract';

/**
 * Parses JSON; undefined after reporting why not. `NaN` and `Infinity`, which Python's json module writes although they
 * are not JSON, get their own message.
 */
export function parseJson(text: string, at: string, code: string, problems: Problem[]): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const literal = pythonLiteral(text);
    problems.push(
      literal === undefined
        ? { code, at, what: `not valid JSON: ${(error as Error).message}`, remedy: 'Correct the syntax.' }
        : {
            code,
            at,
            what: `${literal} is not JSON`,
            got: literal,
            allowed: 'finite numbers',
            remedy:
              'Leave such rows out; json.dumps(..., allow_nan=False) in Python shows where they come from.',
          },
    );
    return undefined;
  }
}

function pythonLiteral(text: string): string | undefined {
  const outsideStrings = text.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  return /(?<![\w"])-?(?:NaN|Infinity)\b/.exec(outsideStrings)?.[0];
}
