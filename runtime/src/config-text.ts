import { readFileSync } from 'node:fs';
import { ProblemError } from './contract';

const VARIABLE = 'INFERSTACK_CONFIG';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The document of the configuration, and where it came from: `INFERSTACK_CONFIG`, or its parts `INFERSTACK_CONFIG_1`,
 * `_2`, ... put together, for platforms on which a variable is too short for it.
 *
 * @throws ProblemError CONFIG_MISSING, CONFIG_UNREADABLE
 */
export function configText(environment: Environment): [json: string, source: string] {
  const value = environment[VARIABLE] ?? parts(environment).join('');
  if (value.trim() === '') {
    const remedy = 'Set it to the JSON document itself or to the path of a file that holds it.';
    throw new ProblemError([
      { code: 'CONFIG_MISSING', at: VARIABLE, what: 'the environment variable is not set', remedy },
    ]);
  }
  if (value.trimStart().startsWith('{')) return [value, VARIABLE];
  try {
    return [readFileSync(value, 'utf8'), value];
  } catch (error) {
    const what = `the file cannot be read: ${(error as NodeJS.ErrnoException).code}`;
    const remedy = 'Correct the path, or set the variable to the JSON document itself.';
    const got = value.slice(0, 200);
    throw new ProblemError([{ code: 'CONFIG_UNREADABLE', at: VARIABLE, what, got, remedy }]);
  }
}

function parts(environment: Environment): string[] {
  const found: string[] = [];
  for (let part = environment[`${VARIABLE}_1`]; part !== undefined; ) {
    found.push(part);
    part = environment[`${VARIABLE}_${found.length + 1}`];
  }
  return found;
}
