import { type RequestError as Refusal, RequestError } from '../errors';
import { InputProblems } from '../inference/input-problems';
import type { Lack } from './fill-row';

/** What to answer when rows may not be predicted without their features: the fault of the store comes first. */
export function refusalOf(source: string, lacks: readonly Lack[]): Refusal {
  const unavailable = lacks.find(({ rule }) => rule === 'feature-unavailable');
  if (unavailable !== undefined) {
    const late = unavailable.failure?.failure === 'timeout';
    const message = `The feature store ${source} ${late ? 'did not answer in time' : 'gave no usable answer'}.`;
    return new RequestError('FEATURES_UNAVAILABLE', message, {
      retryAfterSeconds: 1,
      cause: unavailable.failure,
    });
  }
  const stale = lacks.filter(({ rule }) => rule === 'feature-stale');
  if (stale.length > 0) {
    const { row, field } = stale[0]!;
    const message = `rows[${row}].${field}: the value in the feature store ${source} is too old${more(stale)}.`;
    return new RequestError('FEATURES_STALE', message);
  }
  return missing(source, lacks);
}

function missing(source: string, lacks: readonly Lack[]): Refusal {
  const problems = new InputProblems();
  for (const { row, field } of lacks) {
    problems.add(
      'INPUT_FEATURE_MISSING',
      `rows[${row}].${field}`,
      `the feature store ${source} has no value`,
      {
        remedy: 'Check the keys of the row, or write the features of this entity to the store.',
      },
    );
  }
  const { row, field } = lacks[0]!;
  const message = `rows[${row}].${field}: the feature store ${source} has no value for the keys of the row${more(lacks)}.`;
  return new RequestError('FEATURE_ENTITY_MISSING', message, {
    problems: problems.listed,
    omitted: problems.total - problems.listed.length,
  });
}

const more = (lacks: readonly Lack[]): string => (lacks.length > 1 ? ` (and ${lacks.length - 1} more)` : '');
