import { type Problem, type ProblemCatalogue, show } from '../contract';
import { RequestError } from '../errors';

/** What can be wrong with a tensor or a row; reported in `problems` of INPUT_INVALID. */
export const inputProblems = {
  INPUT_UNKNOWN: 'A tensor, column or requested output has a name the signature does not have.',
  INPUT_MISSING: 'A required tensor or value is missing or null.',
  INPUT_DUPLICATE: 'The same tensor is given twice.',
  INPUT_DTYPE: 'A tensor has another dtype than the signature demands.',
  INPUT_SHAPE: 'A shape does not fit the signature, or sizes that must agree differ.',
  INPUT_VALUE_TYPE: 'A value has the wrong type or cannot be represented in the dtype.',
  INPUT_NOT_FINITE: 'A number is NaN or Infinity where the signature demands a value.',
  INPUT_OUT_OF_RANGE: 'A number is outside the range in model.yaml.',
  INPUT_CATEGORY: 'A value is none of the categories in model.yaml.',
  INPUT_LENGTH: 'A text has fewer or more characters than model.yaml allows.',
  INPUT_PATTERN: 'A text does not match its pattern in model.yaml.',
  INPUT_RULE: 'The values of a row break a rule between fields in model.yaml.',
  INPUT_AGE: 'A date is longer or shorter ago than a rule in model.yaml allows.',
  INPUT_IMAGE: 'A file is no image in a format that model.yaml allows, or cannot be decoded.',
  INPUT_IMAGE_SIZE: 'An image has too many bytes or pixels, or a size that the model does not take.',
  INPUT_FEATURE_MISSING: 'A feature store has no value for the keys of the row.',
  INPUT_FEATURE_GIVEN:
    'A value is given that comes from a feature store, and the lookup takes it from nobody else.',
} as const satisfies ProblemCatalogue;

export type InputProblemCode = keyof typeof inputProblems;

/** Most problems one reply lists: enough to repair a batch, too few to make a reply a burden. */
export const MAX_LISTED_PROBLEMS = 1000;

/** Collects what is wrong with one request. */
export class InputProblems {
  readonly listed: Problem[] = [];
  total = 0;

  add(code: InputProblemCode, at: string, what: string, rest: Omit<Problem, 'code' | 'at' | 'what'>): void {
    this.total += 1;
    if (this.listed.length < MAX_LISTED_PROBLEMS) this.listed.push({ code, at, what, ...rest });
  }

  /** @throws RequestError INPUT_INVALID when anything was added. */
  throwIfAny(): void {
    if (this.total === 0) return;
    const first = this.listed[0]!;
    const more = this.total > 1 ? ` (and ${this.total - 1} more)` : '';
    throw new RequestError('INPUT_INVALID', `${first.at}: ${first.what}${more}`, {
      problems: this.listed,
      omitted: this.total - this.listed.length,
    });
  }
}

/** A value from a request as it may appear in a message: never a whole document, and safe for any depth of nesting. */
export function describe(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length}`;
  return typeof value === 'object' && value !== null ? 'an object' : show(value);
}
