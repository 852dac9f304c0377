import type { Value, ValueObject } from '../value';

/** A step to an argument: its name, or its place in a list. */
export type Step = string | number;

export interface Finding {
  readonly path: readonly Step[];
  readonly message: string;
}

export interface Problem extends Finding {
  readonly rule: string;
  readonly source: string;
}

/**
 * Values by path (`template.0.container.0.cpu`) that make a good configuration one to refuse; `undefined` takes the
 * argument away.
 */
export type Fault = Readonly<Record<string, unknown>>;

/** What a provider or its cloud demands beyond the schema. */
export interface Rule {
  readonly id: string;
  /** Types of resource it holds for; a provider by its own name. */
  readonly types: readonly string[];
  readonly source: string;
  check(config: ValueObject): readonly Finding[];
  readonly faults: readonly Fault[];
  /** Changes of a good configuration that leave it good: the edges of what is allowed. */
  readonly edges: readonly Fault[];
}

/** A rule about one argument, wherever it occurs: blocks on the way may repeat. */
export interface ArgumentRule {
  readonly types: readonly string[];
  readonly argument: string;
  readonly source: string;
}

/** The argument is a number within limits, both allowed. */
export function range(rule: ArgumentRule, min: number, max: number): Rule {
  return argumentRule(
    rule,
    (value) =>
      typeof value === 'number' && (value < min || value > max) ? `must be ${min}..${max}` : undefined,
    { good: [min, max], bad: [min - 1, max + 1] },
  );
}

/** The argument is one of a list of words. */
export function oneOf(rule: ArgumentRule, words: readonly string[]): Rule {
  return argumentRule(
    rule,
    (value) =>
      typeof value === 'string' && !words.includes(value) ? `must be one of ${words.join(', ')}` : undefined,
    { good: [words[0], words.at(-1)], bad: ['sideways'] },
  );
}

/** The argument is text of a form. */
export function pattern(
  rule: ArgumentRule,
  form: RegExp,
  examples: { readonly good: readonly string[]; readonly bad: readonly string[] },
): Rule {
  return argumentRule(
    rule,
    (value) => (typeof value === 'string' && !form.test(value) ? `must match ${form.source}` : undefined),
    examples,
  );
}

/** The argument is JSON, once its references are known. */
export function json(rule: ArgumentRule): Rule {
  return argumentRule(
    rule,
    (value) => (typeof value === 'string' && !isJson(value) ? 'must be JSON' : undefined),
    { good: ['{}', '{"a": [1]}'], bad: ['', '{"a": }'] },
  );
}

/** A rule between arguments. */
export function relation(rule: {
  readonly id: string;
  readonly types: readonly string[];
  readonly source: string;
  readonly check: (config: ValueObject) => readonly Finding[];
  readonly faults: readonly Fault[];
  readonly edges?: readonly Fault[];
}): Rule {
  return { edges: [], ...rule };
}

/** Every place an argument occurs at, with its value. */
export function occurrences(
  config: Value | undefined,
  names: readonly string[],
  at: readonly Step[] = [],
): { readonly path: readonly Step[]; readonly value: Value }[] {
  if (Array.isArray(config))
    return (config as readonly Value[]).flatMap((item, i) => occurrences(item, names, [...at, i]));
  if (names.length === 0 && config !== undefined) return [{ path: at, value: config }];
  const [name, ...rest] = names;
  if (typeof config !== 'object' || config === null || name === undefined) return [];
  return occurrences((config as ValueObject)[name], rest, [...at, name]);
}

function argumentRule(
  { types, argument, source }: ArgumentRule,
  wrong: (value: Value) => string | undefined,
  examples: { readonly good: readonly unknown[]; readonly bad: readonly unknown[] },
): Rule {
  const names = argument.split('.');
  const place = names.join('.0.');
  return {
    id: `${types[0]}.${argument}`,
    types,
    source,
    check: (config) =>
      occurrences(config, names).flatMap(({ path, value }) => {
        const why = wrong(value);
        return why === undefined
          ? []
          : [{ path, message: `${argument} ${why}; got ${JSON.stringify(value)}` }];
      }),
    faults: examples.bad.map((value) => ({ [place]: value })),
    edges: examples.good.map((value) => ({ [place]: value })),
  };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
