import type { FieldSpec } from '../contract';
import type { FIELD_RULES, RowProblemCode } from './batch';

/** One compiled rule of a field. */
export interface FieldRule {
  readonly rule: (typeof FIELD_RULES)[number];
  readonly code: RowProblemCode;
  readonly what: string;
  readonly allowed: string;
  readonly remedy: string;
  holds(value: number | string): boolean;
}

/** The rules of a field in the order they are asked: a pattern never sees a text that is too long. */
export function fieldRules(spec: FieldSpec): FieldRule[] {
  return [rangeRule(spec), lengthRule(spec), categoryRule(spec), patternRule(spec)].filter(
    (rule) => rule !== undefined,
  );
}

function rangeRule({ range, unit }: FieldSpec): FieldRule | undefined {
  if (range === undefined) return undefined;
  const [low, high] = range;
  const suffix = unit === undefined ? '' : ` ${unit}`;
  return {
    rule: 'range',
    code: 'INPUT_OUT_OF_RANGE',
    what: 'outside the range',
    allowed: `${low ?? '..'} to ${high ?? '..'}${suffix}`,
    remedy: 'Check the value and its unit.',
    holds: (value) => (low === null || Number(value) >= low) && (high === null || Number(value) <= high),
  };
}

function lengthRule({ length }: FieldSpec): FieldRule | undefined {
  if (length === undefined) return undefined;
  const [fewest, most] = length;
  return {
    rule: 'length',
    code: 'INPUT_LENGTH',
    what: 'the text is too short or too long',
    allowed: `${fewest} to ${most} characters`,
    remedy: 'Check the value.',
    holds: (value) => {
      const count = codePoints(String(value), most);
      return count >= fewest && count <= most;
    },
  };
}

/** Stops counting above `most`: a text of megabytes is not gone through. */
function codePoints(text: string, most: number): number {
  let count = 0;
  for (const _ of text) {
    count++;
    if (count > most) break;
  }
  return count;
}

function categoryRule({ categories }: FieldSpec): FieldRule | undefined {
  if (categories === undefined) return undefined;
  const known = new Set<unknown>(categories);
  return {
    rule: 'categories',
    code: 'INPUT_CATEGORY',
    what: 'not one of the categories',
    allowed: categories.join(' | '),
    remedy: 'Send one of them.',
    holds: (value) => known.has(value),
  };
}

function patternRule({ pattern }: FieldSpec): FieldRule | undefined {
  if (pattern === undefined) return undefined;
  const whole = wholePattern(pattern);
  return {
    rule: 'pattern',
    code: 'INPUT_PATTERN',
    what: 'the text does not match the pattern',
    allowed: pattern,
    remedy: 'Check the value.',
    holds: (value) => whole.test(String(value)),
  };
}

/** @throws SyntaxError */
export function wholePattern(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`, 'u');
}
