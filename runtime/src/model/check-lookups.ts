import {
  type FeatureLookup,
  type FeatureProblemCode,
  type FeatureSourceConfig,
  type Manifest,
  type Problem,
  show,
} from '../contract';
import { closest } from './closest';
import { type RowValue, rowValues } from './row-values';

type Report = (code: FeatureProblemCode, path: string, problem: Omit<Problem, 'code' | 'at'>) => void;

/**
 * Checks the lookups of one model against its manifest: fields that exist, joined once, and policies that the model can
 * live with. The same at synthesis and when the model is loaded.
 *
 * @param at what the list of lookups is called in messages.
 */
export function checkLookups(
  lookups: readonly FeatureLookup[],
  manifest: Pick<Manifest, 'signature' | 'preprocessing'>,
  at: string,
): Problem[] {
  const problems: Problem[] = [];
  const values = new Map(rowValues(manifest).map((value) => [value.name, value]));
  const joined = new Set<string>();
  for (const lookup of lookups) {
    const report: Report = (code, path, problem) =>
      problems.push({ code, at: `${at}.${lookup.name}.${path}`, ...problem });
    checkKeys(lookup, report);
    checkFields(lookup, values, joined, report);
    checkSource(lookup, report);
  }
  const keys = new Set(lookups.flatMap((lookup) => lookup.keys.map(({ field }) => field)));
  for (const field of joined) {
    if (!keys.has(field)) continue;
    const remedy = 'Send the key under a name of its own, or do not join it.';
    const what = 'the field is a key and joined';
    problems.push({ code: 'FEATURES_FIELD_TWICE', at, what, got: show(field), remedy });
  }
  return problems;
}

function checkKeys({ keys }: FeatureLookup, report: Report): void {
  for (const part of ['field', 'key'] as const) {
    const names = keys.map((key) => key[part]);
    const twice = names.find((name, i) => names.indexOf(name) < i);
    if (twice === undefined) continue;
    const remedy = 'Remove one.';
    report('FEATURES_FIELD_TWICE', 'keys', {
      what: `the key ${part} is there twice`,
      got: show(twice),
      remedy,
    });
  }
}

function checkFields(
  lookup: FeatureLookup,
  values: ReadonlyMap<string, RowValue>,
  joined: Set<string>,
  report: Report,
): void {
  for (const { field, default: fallback } of lookup.features) {
    const path = `features.${field}`;
    const value = values.get(field);
    if (value === undefined) {
      const remedy = closest(field, [...values.keys()], 'Join a field or column of the model.');
      report('FEATURES_FIELD_UNKNOWN', path, {
        what: 'the model has no such field',
        got: show(field),
        remedy,
      });
      continue;
    }
    if (joined.has(field)) {
      const remedy = 'Remove one of them.';
      report('FEATURES_FIELD_TWICE', path, { what: 'the field is joined twice', got: show(field), remedy });
    }
    joined.add(field);
    checkPolicies(lookup, value, fallback, report);
  }
}

function checkPolicies(
  lookup: FeatureLookup,
  value: RowValue,
  fallback: FeatureLookup['features'][number]['default'],
  report: Report,
): void {
  const { name, kind, optional } = value;
  const path = `features.${name}`;
  const policies = [lookup.onMissing, lookup.onStale, lookup.onError];
  if (policies.includes('default') && fallback === null) {
    const remedy = 'Give a default for every feature of the lookup, or choose another policy.';
    report('FEATURES_POLICY', path, { what: 'a policy is `default`, and there is none', remedy });
  }
  if (policies.includes('null') && !optional) {
    const what = 'a policy is `null`, and the model demands a value for this field';
    const remedy = 'Set required: false on the field in model.yaml, or choose another policy.';
    report('FEATURES_POLICY', path, { what, got: show(name), remedy });
  }
  if (fallback === null || fits(fallback, value)) return;
  const { range = [null, null], categories } = value;
  const bounds = range.every((end) => end === null) ? '' : `, ${range[0] ?? '..'} to ${range[1] ?? '..'}`;
  const allowed =
    kind === 'array' ? 'none for whole inputs' : `${categories?.join(' | ') ?? `a ${kind}`}${bounds}`;
  const remedy = 'Correct the default.';
  report('FEATURES_DEFAULT', path, {
    what: 'not a value of the field',
    got: show(fallback),
    allowed,
    remedy,
  });
}

function fits(fallback: string | number | boolean, { kind, range, categories }: RowValue): boolean {
  if (typeof fallback !== kind) return false;
  if (categories !== undefined) return categories.includes(fallback);
  const [low, high] = range ?? [null, null];
  return !(low !== null && Number(fallback) < low) && !(high !== null && Number(fallback) > high);
}

/** What a source needs of the names it is asked for, and what it can tell. */
function checkSource({ source, features, maxAgeSeconds }: FeatureLookup, report: Report): void {
  const names = features.map(({ feature }) => feature);
  const full = names.filter(isReference);
  if (
    source.type === 'feast' &&
    full.length < names.length &&
    (full.length > 0 || source.featureService === null)
  )
    report('FEATURES_SOURCE', 'features', {
      what: 'Feast names a feature by its view, or by itself within a feature service, all in the same way',
      got: show(names.find((name) => !isReference(name))),
      allowed: '`view:feature` for all, or with featureService `feature` for all',
      remedy: 'Write all names in one form.',
    });
  if (maxAgeSeconds === null || tellsTime(source)) return;
  report('FEATURES_SOURCE', 'maxAgeSeconds', {
    what: 'Hopsworks does not tell how old a value is',
    got: String(maxAgeSeconds),
    remedy: 'Name the feature that holds the time in source.eventTime, or leave maxAgeSeconds out.',
  });
}

const tellsTime = (source: FeatureSourceConfig): boolean =>
  source.type !== 'hopsworks' || source.eventTime !== null;

/** A feature of Feast together with its view. */
export const isReference = (name: string): boolean => /^[^:]+:[^:]+$/.test(name);
