import type { Manifest, PostprocessingSpec, PredictionSpec, Tensor } from '../contract';
import { RequestError } from '../errors';
import type { FeatureFinding } from '../features';
import type { QualityFinding } from '../preprocessing';
import { elementAt } from './elements';
import { ACTIVATIONS, type Activation, topPositions } from './postprocessing';
import { type Outcome, type OutcomeRules, outcomeRules } from './prediction-outcome';

/** A value of a row that is not as it should be, and was not refused. */
export type RowFinding = QualityFinding | FeatureFinding;

export type Flag = Omit<QualityFinding, 'row'> | Omit<FeatureFinding, 'row'>;

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

interface RankedClass {
  readonly label: string;
  readonly score: number;
}

export interface MulticlassPrediction extends Flagged {
  /** The class with the highest score, whatever the threshold says; with costs the cheapest class. */
  readonly label: string;
  /** Score of that class. */
  readonly score: number;
  readonly scores: Readonly<Record<string, number>>;
  /** Only with `topK`: so many classes, highest score first. */
  readonly top?: readonly RankedClass[];
  /** Only with a threshold: whether the score reaches it, as named in model.yaml, else `above` or `below`. */
  readonly decision?: string;
}

export interface RegressionPrediction extends Flagged {
  readonly value: number;
  readonly unit?: string;
}

export type Prediction = BinaryPrediction | MulticlassPrediction | RegressionPrediction;

/** Predictions as columns: what files hold. */
export interface PredictionColumns {
  /** Position in `classes` of each row; -1 for regressions. */
  readonly labels: Int16Array;
  /** Score of the label, or the value. */
  readonly score: Float64Array;
  /** For each class the scores of all rows. */
  readonly scores: readonly Float64Array[];
  /** Position in `decisions` of each row; -1 where nothing is decided. */
  readonly decisions: Int16Array;
  /** Rows whose scores are not finite; what the columns say of them means nothing. */
  readonly notFinite: readonly number[];
}

/** Reads the outputs of a run as one prediction a row. */
export class PredictionReader {
  private readonly rules: OutcomeRules;
  private readonly activation: Activation | undefined;

  constructor(
    private readonly spec: PredictionSpec,
    private readonly postprocessing: PostprocessingSpec = {},
  ) {
    const { activation } = postprocessing;
    this.activation = activation && ACTIVATIONS[activation];
    this.rules = outcomeRules(spec, postprocessing);
  }

  get classes(): readonly string[] {
    return this.rules.classes;
  }

  /** Names of the decisions there are. */
  get decisions(): readonly string[] {
    return this.rules.decisions;
  }

  /** @throws RequestError INFERENCE_NOT_FINITE: a NaN compares as false and would become a decision. */
  predictions(outputs: readonly Tensor[], rows: number): Prediction[] {
    const predictions: Prediction[] = [];
    this.visit(outputs, rows, (row, scores, outcome) => {
      if (outcome === undefined) {
        throw new RequestError('INFERENCE_NOT_FINITE', `rows[${row}]: the model computed no finite score.`);
      }
      predictions.push(this.prediction(scores, outcome));
    });
    return predictions;
  }

  /** As `predictions`, without an object a row. */
  columns(outputs: readonly Tensor[], rows: number): PredictionColumns {
    const { rules } = this;
    const labels = new Int16Array(rows);
    const decisions = new Int16Array(rows);
    const score = new Float64Array(rows);
    const all = rules.classes.map(() => new Float64Array(rows));
    const notFinite: number[] = [];
    this.visit(outputs, rows, (row, scores, outcome) => {
      if (outcome === undefined) {
        notFinite.push(row);
        return;
      }
      labels[row] = outcome.label;
      decisions[row] = outcome.decision;
      score[row] = outcome.score;
      for (let i = 0; i < all.length; i++) all[i]![row] = rules.scoreOf(scores, i);
    });
    return { labels, score, scores: all, decisions, notFinite };
  }

  /** @param each is told the scores and their outcome, undefined when a score is not finite; both are used again. */
  private visit(
    outputs: readonly Tensor[],
    rows: number,
    each: (row: number, scores: readonly number[], outcome: Outcome | undefined) => void,
  ): void {
    if (rows === 0) return;
    const { dtype, data } = outputs.find((tensor) => tensor.name === this.spec.output)!;
    const width = data.length / rows;
    const scores = new Array<number>(width).fill(0);
    const outcome: Outcome = { label: 0, score: 0, decision: 0 };
    for (let row = 0; row < rows; row++) {
      let finite = true;
      for (let i = 0; i < width; i++) {
        const score = Number(elementAt(dtype, data, row * width + i));
        finite &&= Number.isFinite(score);
        scores[i] = score;
      }
      if (!finite) {
        each(row, scores, undefined);
        continue;
      }
      this.activation?.(scores);
      this.rules.judge(scores, outcome);
      each(row, scores, outcome);
    }
  }

  private prediction(scores: readonly number[], outcome: Outcome): Prediction {
    const { spec, rules } = this;
    const { score } = outcome;
    if (spec.kind === 'regression')
      return spec.unit === undefined ? { value: score } : { value: score, unit: spec.unit };
    const { classes, decisions } = rules;
    const named = Object.fromEntries(classes.map((name, i) => [name, rules.scoreOf(scores, i)]));
    const label = classes[outcome.label]!;
    if (spec.kind === 'binary')
      return { label, score, scores: named, decision: decisions[outcome.decision]! };
    const { topK } = this.postprocessing;
    return {
      label,
      score,
      scores: named,
      ...(topK !== undefined && { top: topClasses(classes, scores, topK) }),
      ...(outcome.decision >= 0 && { decision: decisions[outcome.decision]! }),
    };
  }
}

function topClasses(classes: readonly string[], scores: readonly number[], k: number): RankedClass[] {
  return topPositions(scores, k).map((i) => ({ label: classes[i]!, score: scores[i]! }));
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
  const flags = flagsByRow(findings);
  return predictions.map((prediction, row) =>
    flags.has(row) ? { ...prediction, flags: flags.get(row)! } : prediction,
  );
}

/** What was found, by the row it was found in. */
export function flagsByRow(findings: readonly RowFinding[]): Map<number, Flag[]> {
  const flags = new Map<number, Flag[]>();
  for (const { row, ...flag } of findings) {
    const listed = flags.get(row);
    if (listed === undefined) flags.set(row, [flag]);
    else listed.push(flag);
  }
  return flags;
}
