import type { Manifest, PostprocessingSpec, PredictionSpec, Tensor } from '../contract';
import { RequestError } from '../errors';
import type { FeatureFinding } from '../features';
import { costThreshold } from '../model/cost-threshold';
import type { QualityFinding } from '../preprocessing';
import { elementAt } from './elements';
import { ACTIVATIONS, type Activation, cheapestClass, topPositions } from './postprocessing';

/** A value of a row that is not as it should be, and was not refused. */
export type RowFinding = QualityFinding | FeatureFinding;

type Flag = Omit<QualityFinding, 'row'> | Omit<FeatureFinding, 'row'>;

/** What every prediction may say of the row it was made for. */
interface Flagged {
  /**
   * Values that broke a rule of their field and were kept (`flag`) or taken for missing (`impute`), and features that a
   * store could not give: replaced (`default`), missing (`null`) or old (`keep`).
   */
  readonly flags?: readonly Flag[];
}

export interface BinaryPrediction extends Flagged {
  /** The positive class from the threshold on, the other class below. */
  readonly label: string;
  /** Score of the positive class. */
  readonly score: number;
  readonly scores: Readonly<Record<string, number>>;
  /** Name of the decision in model.yaml, else `above` or `below`; in the band of abstention its name. */
  readonly decision: string;
}

export interface MulticlassPrediction extends Flagged {
  /** The class with the highest score, whatever the threshold says; with costs the cheapest class. */
  readonly label: string;
  /** Score of that class. */
  readonly score: number;
  readonly scores: Readonly<Record<string, number>>;
  /** Only with `topK`: so many classes, highest score first. */
  readonly top?: readonly { readonly label: string; readonly score: number }[];
  /** Only with a threshold: whether the score reaches it, as named in model.yaml, else `above` or `below`. */
  readonly decision?: string;
}

export interface RegressionPrediction extends Flagged {
  readonly value: number;
  readonly unit?: string;
}

export type Prediction = BinaryPrediction | MulticlassPrediction | RegressionPrediction;

/** Reads the outputs of a run as one prediction a row. */
export class PredictionReader {
  private readonly read: (scores: readonly number[]) => Prediction;
  private readonly activation: Activation | undefined;

  constructor(
    private readonly spec: PredictionSpec,
    postprocessing: PostprocessingSpec = {},
  ) {
    const { activation } = postprocessing;
    this.activation = activation && ACTIVATIONS[activation];
    if (spec.kind === 'regression') this.read = ([value]) => regression(spec, value!);
    else if (spec.kind === 'multiclass') this.read = (scores) => multiclass(spec, postprocessing, scores);
    else {
      const decided = withThreshold(spec, postprocessing);
      this.read = (scores) => binary(decided, postprocessing, scores);
    }
  }

  /** @throws RequestError INFERENCE_NOT_FINITE: a NaN compares as false and would become a decision. */
  predictions(outputs: readonly Tensor[], rows: number): Prediction[] {
    const output = outputs.find((tensor) => tensor.name === this.spec.output)!;
    const width = output.data.length / rows;
    return Array.from({ length: rows }, (_, row) => {
      const scores = Array.from({ length: width }, (_, i) =>
        Number(elementAt(output.dtype, output.data, row * width + i)),
      );
      if (!scores.every(Number.isFinite)) {
        throw new RequestError('INFERENCE_NOT_FINITE', `rows[${row}]: the model computed no finite score.`);
      }
      this.activation?.(scores);
      return this.read(scores);
    });
  }
}

/** Reads outputs as `predict` answers them; undefined for a model that says nothing about predictions. */
export function predictionsOf({
  prediction,
  postprocessing,
}: Pick<Manifest, 'prediction' | 'postprocessing'>): PredictionReader['predictions'] | undefined {
  const reader = prediction && new PredictionReader(prediction, postprocessing);
  return reader && ((outputs, rows) => reader.predictions(outputs, rows));
}

/** Marks the predictions of rows whose values are not as they should be. */
export function flagged(predictions: Prediction[], findings: readonly RowFinding[]): Prediction[] {
  if (findings.length === 0) return predictions;
  const flags = new Map<number, Flag[]>();
  for (const { row, ...flag } of findings) {
    const listed = flags.get(row);
    if (listed === undefined) flags.set(row, [flag]);
    else listed.push(flag);
  }
  return predictions.map((prediction, row) =>
    flags.has(row) ? { ...prediction, flags: flags.get(row)! } : prediction,
  );
}

/** Costs stand for the threshold that makes the cheapest decisions. */
function withThreshold(spec: PredictionSpec, { costs }: PostprocessingSpec): PredictionSpec {
  if (costs === undefined) return spec;
  return { ...spec, threshold: costThreshold(costs, spec.classes!.indexOf(spec.positive!)) };
}

function binary(
  spec: PredictionSpec,
  { abstain }: PostprocessingSpec,
  scores: readonly number[],
): BinaryPrediction {
  const classes = spec.classes!;
  const positive = classes.indexOf(spec.positive!);
  const score = scores.length === 1 ? scores[0]! : scores[positive]!;
  const all = scores.length === 1 ? classes.map((_, i) => (i === positive ? score : 1 - score)) : scores;
  const label = score >= spec.threshold! ? classes[positive]! : classes[1 - positive]!;
  const unsure = abstain !== undefined && score >= abstain.from && score < abstain.to;
  const decision = unsure ? abstain.decision : decide(spec, score);
  return { label, score, scores: named(classes, all), decision };
}

function multiclass(
  spec: PredictionSpec,
  { costs, topK }: PostprocessingSpec,
  scores: readonly number[],
): MulticlassPrediction {
  const classes = spec.classes!;
  const chosen = costs === undefined ? highest(scores) : cheapestClass(scores, costs);
  const score = scores[chosen]!;
  const top =
    topK === undefined
      ? undefined
      : topPositions(scores, topK).map((i) => ({ label: classes[i]!, score: scores[i]! }));
  return {
    label: classes[chosen]!,
    score,
    scores: named(classes, scores),
    ...(top !== undefined && { top }),
    ...(spec.threshold !== undefined && { decision: decide(spec, score) }),
  };
}

function highest(scores: readonly number[]): number {
  return scores.reduce((best, score, i) => (score > scores[best]! ? i : best), 0);
}

function regression({ unit }: PredictionSpec, value: number): RegressionPrediction {
  return unit === undefined ? { value } : { value, unit };
}

function decide({ threshold, decision }: PredictionSpec, score: number): string {
  return score >= threshold! ? (decision?.above ?? 'above') : (decision?.below ?? 'below');
}

function named(classes: readonly string[], scores: readonly number[]): Record<string, number> {
  return Object.fromEntries(classes.map((name, i) => [name, scores[i]!]));
}
