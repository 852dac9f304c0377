import { type Baseline, baselineSchema, type FieldSpec, issuesToProblems, type Problem } from '../contract';
import type { ManifestParts } from './check-manifest';
import { closest } from './closest';
import { DocumentReport } from './document-report';
import { parseJson } from './json-text';
import { type Feature, signatureFeatures } from './signature';
import { type Locate, locateInJson } from './source-document';

export const BASELINE_FILE = 'baseline.json';

/** Reads baseline.json and holds it against the signature and prediction, as far as those are valid. */
export function readBaseline(text: string, parts: ManifestParts, problems: Problem[]): Baseline | undefined {
  const before = problems.length;
  const value = parseJson(text, BASELINE_FILE, 'BASELINE_INVALID', problems);
  if (problems.length > before) return undefined;
  const locate = locateInJson(BASELINE_FILE, text);
  const result = baselineSchema.safeParse(value);
  if (!result.success) {
    problems.push(...issuesToProblems(result.error, value, 'BASELINE_INVALID', (_, path) => locate(path)));
    return undefined;
  }
  checkBaseline(result.data, parts, locate, problems);
  return result.data;
}

function checkBaseline(baseline: Baseline, parts: ManifestParts, locate: Locate, problems: Problem[]): void {
  const report = new DocumentReport('BASELINE_MISMATCH', locate, problems);
  if (parts.signature !== undefined) {
    checkFeatures(report, baseline, signatureFeatures(parts.signature));
  }
  if (baseline.fields !== undefined) checkFields(report, baseline.fields, parts.preprocessing?.fields ?? []);
  checkLabels(report, baseline, parts.prediction);
}

/** Every field but images, whose pixels the columns tell of. */
function checkFields(
  report: DocumentReport,
  counted: NonNullable<Baseline['fields']>,
  fields: readonly FieldSpec[],
): void {
  const known = fields.filter(({ type }) => type !== 'image');
  const names = known.map(({ name }) => name);
  for (const name of Object.keys(counted).filter((key) => !names.includes(key))) {
    report.add(['fields', name], {
      what: 'the preprocessing has no such field',
      got: name,
      remedy: closest(name, names),
    });
  }
  for (const { name, type, categories } of known) {
    if (!Object.hasOwn(counted, name)) {
      report.add(['fields'], {
        what: `the statistics of the field "${name}" are missing`,
        remedy: 'Count every field, or none of them.',
      });
      continue;
    }
    const continuous = type === 'date' || (type === 'number' && categories === undefined);
    const kind = continuous ? 'numeric' : 'categorical';
    if (counted[name]!.kind === kind) continue;
    report.add(['fields', name, 'kind'], {
      what: `the field "${name}" is counted in another way`,
      got: counted[name]!.kind,
      allowed: kind,
      remedy: 'Count it again, for example with `inferstack model baseline`.',
    });
  }
}

function checkFeatures(report: DocumentReport, baseline: Baseline, features: readonly Feature[]): void {
  const names = features.map(({ name }) => name);
  for (const name of Object.keys(baseline.features)) {
    if (names.includes(name)) continue;
    report.add(['features', name], {
      what: 'the signature has no such column or input',
      got: name,
      remedy: closest(name, names),
    });
  }
  for (const feature of features) {
    if (Object.hasOwn(baseline.features, feature.name)) {
      checkFeatureKind(report, feature, baseline.features[feature.name]!.kind);
    } else {
      report.add(['features'], {
        what: `the statistics of "${feature.name}" are missing`,
        remedy: 'Count every column of the signature, and every input without columns.',
      });
    }
  }
}

function checkFeatureKind(report: DocumentReport, { name, input, column }: Feature, kind: string): void {
  const categorical = input.dtype === 'BYTES' || column?.categories !== undefined;
  if (!categorical || kind === 'categorical') return;
  report.add(['features', name, 'kind'], {
    what: `"${name}" has categories, not numbers`,
    got: kind,
    allowed: 'categorical',
    remedy: 'Count each category.',
  });
}

function checkLabels(
  report: DocumentReport,
  baseline: Baseline,
  prediction: ManifestParts['prediction'],
): void {
  if (prediction === undefined) return;
  if (prediction.kind === 'regression') {
    for (const key of ['labels', 'calibration'] as const) {
      if (baseline[key] === undefined) continue;
      report.add([key], { what: `a regression has no ${key}`, remedy: 'Remove it.' });
    }
    return;
  }
  const classes = prediction.classes ?? [];
  for (const label of Object.keys(baseline.labels ?? {})) {
    if (classes.includes(label)) continue;
    report.add(['labels', label], {
      what: 'the prediction has no such class',
      got: label,
      allowed: classes.join(' | '),
      remedy: closest(label, classes),
    });
  }
}
