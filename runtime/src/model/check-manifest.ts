import type { Manifest, PredictionSpec } from '../contract';
import { planPreprocessing } from '../preprocessing';
import { checkInput } from './check-inputs';
import { checkPostprocessing } from './check-postprocessing';
import { checkPrediction } from './check-prediction';
import type { DocumentReport } from './document-report';
import { type Signature, showShape, signatureFeatures } from './signature';

/** The parts of a manifest that are valid by themselves, although another part may not be. */
export interface ManifestParts {
  readonly signature: Signature | undefined;
  readonly preprocessing: Manifest['preprocessing'];
  readonly postprocessing: Manifest['postprocessing'];
  readonly prediction: PredictionSpec | undefined;
  readonly metrics: Manifest['metrics'] | undefined;
}

/** Checks the parts of a manifest against each other. */
export function checkManifest(report: DocumentReport, parts: ManifestParts): void {
  const { signature, preprocessing, postprocessing, prediction, metrics = [] } = parts;
  report.unique(
    metrics.map(({ name, dataset = '' }) => `${name}${dataset === '' ? '' : ` on ${dataset}`}`),
    (i) => ['metrics', i, 'name'],
    'the metric is listed twice for the same dataset',
  );
  if (postprocessing !== undefined) checkPostprocessing(report, postprocessing, parts);
  if (signature === undefined) return;
  checkSignature(report, signature);
  if (preprocessing !== undefined) {
    planPreprocessing(preprocessing, signature.inputs, (path, fault) => report.add(path, fault));
  }
  if (prediction !== undefined) checkPrediction(report, prediction, signature, postprocessing);
}

function checkSignature(report: DocumentReport, signature: Signature): void {
  for (const side of ['inputs', 'outputs'] as const) {
    report.unique(
      signature[side].map(({ name }) => name),
      (i) => ['signature', side, i, 'name'],
      `two ${side} have the same name`,
    );
  }
  for (const [i, input] of signature.inputs.entries()) checkInput(report, ['signature', 'inputs', i], input);
  checkFeatureNames(report, signature);
  checkBatchDimension(report, signature);
}

/** Rows are flat: a column, or an input without columns, is one key of a row. */
function checkFeatureNames(report: DocumentReport, signature: Signature): void {
  const features = signatureFeatures(signature);
  const duplicated = new Set(signature.inputs.map(({ name }) => name)).size < signature.inputs.length;
  if (duplicated && features.every(({ column }) => column === undefined)) return;
  report.unique(
    features.map(({ name }) => name),
    (i) => ['signature', ...features[i]!.path, 'name'],
    'two values of a row have the same name',
  );
}

/** One batch runs through all inputs: their first dimensions are the same name, or none is a name. */
function checkBatchDimension(report: DocumentReport, { inputs }: Signature): void {
  const symbolic = inputs.find(({ shape }) => typeof shape[0] === 'string');
  if (symbolic === undefined) return;
  for (const [i, { shape }] of inputs.entries()) {
    if (shape[0] === symbolic.shape[0]) continue;
    report.add(['signature', 'inputs', i, 'shape'], {
      what: 'the inputs do not share their first dimension, the batch',
      got: showShape(shape),
      allowed: `${symbolic.shape[0]} first, as in input "${symbolic.name}"`,
      remedy: 'Give every input the same first dimension; re-export the graph if it fixes one of them.',
    });
  }
}
