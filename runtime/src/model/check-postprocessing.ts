import type { PostprocessingSpec, PredictionSpec } from '../contract';
import type { ManifestParts } from './check-manifest';
import { costThreshold } from './cost-threshold';
import type { DocumentReport, Finding } from './document-report';
import type { Signature } from './signature';

type Add = (path: readonly PropertyKey[], finding: Finding) => void;

/** Checks that the scores of the prediction can be treated as described. */
export function checkPostprocessing(
  report: DocumentReport,
  postprocessing: PostprocessingSpec,
  { prediction, signature }: Pick<ManifestParts, 'prediction' | 'signature'>,
): void {
  const add: Add = (path, finding) => report.add(['postprocessing', ...path], finding);
  if (prediction === undefined) {
    add([], { what: 'there is no prediction to postprocess', remedy: 'Add `prediction`, or remove this.' });
    return;
  }
  checkActivation(add, postprocessing, prediction, signature);
  checkKinds(add, postprocessing, prediction);
  checkCosts(add, postprocessing, prediction);
  checkAbstain(add, postprocessing, prediction);
}

function checkActivation(
  add: Add,
  { activation }: PostprocessingSpec,
  { kind, output }: PredictionSpec,
  signature: Signature | undefined,
): void {
  if (activation === undefined) return;
  const shape = signature?.outputs.find(({ name }) => name === output)?.shape;
  const single = shape !== undefined && (shape.length === 1 || shape.at(-1) === 1);
  const fits = activation === 'sigmoid' ? kind === 'binary' && (shape === undefined || single) : !single;
  if (kind !== 'regression' && fits) return;
  add(['activation'], {
    what: `${activation} makes no probabilities of this output`,
    got: shape,
    allowed: 'sigmoid for one score of a binary model, softmax for a score for each class',
    remedy: 'Use the other one, or none for scores that are probabilities already.',
  });
}

/** Which kinds of models a treatment has a meaning for. */
const KINDS = { topK: ['multiclass'], costs: ['binary', 'multiclass'], abstain: ['binary'] } as const;

function checkKinds(
  add: Add,
  postprocessing: PostprocessingSpec,
  { kind, classes = [] }: PredictionSpec,
): void {
  for (const key of ['topK', 'costs', 'abstain'] as const) {
    if (postprocessing[key] === undefined || (KINDS[key] as readonly string[]).includes(kind)) continue;
    add([key], {
      what: `${key} has no meaning for a ${kind} model`,
      allowed: KINDS[key].join(' | '),
      remedy:
        key === 'abstain' && kind === 'multiclass'
          ? 'Use `threshold` and `decision` of the prediction: they hold back what no class is certain of.'
          : 'Remove it, or correct `kind`.',
    });
  }
  const { topK = 0 } = postprocessing;
  if (kind !== 'multiclass' || topK <= classes.length) return;
  add(['topK'], {
    what: 'there are not so many classes',
    got: topK,
    allowed: `at most ${classes.length}`,
    remedy: 'Correct it.',
  });
}

function checkCosts(add: Add, { costs }: PostprocessingSpec, prediction: PredictionSpec): void {
  const { kind, classes = [], threshold } = prediction;
  if (costs === undefined || kind === 'regression') return;
  if (kind === 'binary' && threshold !== undefined) {
    add(['costs'], {
      what: 'the decision is made by `threshold` or by `costs`, not by both',
      remedy: 'Remove `threshold` of the prediction, or the costs.',
    });
  }
  const square = costs.length === classes.length && costs.every((row) => row.length === classes.length);
  if (!square) {
    add(['costs'], {
      what: 'the costs are not a matrix with a row and a column for each class',
      got: costs.map((row) => row.length),
      allowed: `${classes.length} rows of ${classes.length}`,
      remedy: 'Give what each answer costs, a row for each true class.',
    });
    return;
  }
  const wrong = costs.findIndex((row, i) => row.some((cost, j) => j !== i && cost <= row[i]!));
  if (wrong < 0) return;
  add(['costs', wrong], {
    what: 'a wrong answer costs no more than the right one',
    got: costs[wrong],
    allowed: `more than ${costs[wrong]![wrong]} except at position ${wrong}`,
    remedy: 'Correct the row; the right answer usually costs 0.',
  });
}

function checkAbstain(add: Add, { abstain, costs }: PostprocessingSpec, prediction: PredictionSpec): void {
  if (abstain === undefined || prediction.kind !== 'binary') return;
  const { from, to } = abstain;
  const positive = prediction.classes?.indexOf(prediction.positive ?? '') ?? -1;
  const threshold =
    prediction.threshold ?? (costs && positive >= 0 ? costThreshold(costs, positive) : undefined);
  const around = threshold === undefined || Number.isNaN(threshold) || (from <= threshold && threshold <= to);
  if (from < to && around) return;
  add(['abstain'], {
    what: from < to ? 'the band does not enclose the threshold' : '`from` is not below `to`',
    got: [from, to],
    allowed: threshold === undefined ? 'from < to' : `from < to, around ${threshold}`,
    remedy: 'Correct the ends of the band.',
  });
}
