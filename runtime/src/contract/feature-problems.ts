import type { ProblemCatalogue } from './problem';

/** Codes of what can be wrong with features that are to be joined from an online store. */
export const featureProblems = {
  FEATURES_NAME_TWICE: 'Two lookups have the same name.',
  FEATURES_MODEL_UNKNOWN: 'A lookup is for a model or pipeline that is not configured.',
  FEATURES_FIELD_UNKNOWN: 'A lookup joins a field that the model does not have.',
  FEATURES_FIELD_TWICE: 'A field is joined twice, or is a key and joined.',
  FEATURES_POLICY: 'A policy needs what is not there: a default value, or a field that may be missing.',
  FEATURES_DEFAULT: 'A default value does not fit its field.',
  FEATURES_SOURCE: 'A source cannot give what the lookup asks of it, as it is written.',
  FEATURES_CREDENTIALS_UNREADABLE: 'The credentials of a feature store are not where the lookup says.',
  FEATURES_CREDENTIALS_INVALID: 'The credentials of a feature store are empty, or hold what no header can.',
} as const satisfies ProblemCatalogue;

export type FeatureProblemCode = keyof typeof featureProblems;
