import type { PredictionSpec, Tensor } from '../contract';
import { RequestError } from '../errors';
import { elementAt } from './elements';

export interface BinaryPrediction {
  /** The positive class from the threshold on, the other class below. */
  readonly label: string;
  /** Score of the positive class. */
  readonly score: number;
  readonly scores: Readonly<Record<string, number>>;
  /** Name of the decision in model.yaml, else `above` or `below`. */
  readonly decision: string;
}

export interface MulticlassPrediction {
  /** The class with the highest score, whatever the threshold says. */
  readonly label: string;
  /** Score of that class. */
  readonly score: number;
  readonly scores: Readonly<Record<string, number>>;
  /** Only with a threshold: whether the score reaches it, as named in model.yaml, else `above` or `below`. */
  readonly decision?: string;
}

export interface RegressionPrediction {
  readonly value: number;
  readonly unit?: string;
}

export type Prediction = BinaryPrediction | MulticlassPrediction | RegressionPrediction;

/** Reads the outputs of a run as one prediction a row. */
export class PredictionReader {
  private readonly read: (scores: readonly number[]) => Prediction;

  constructor(private readonly spec: PredictionSpec) {
    if (spec.kind === 'regression') this.read = ([value]) => regression(spec, value!);
    else if (spec.kind === 'multiclass') this.read = (scores) => multiclass(spec, scores);
    else this.read = (scores) => binary(spec, scores);
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
      return this.read(scores);
    });
  }
}

function binary(spec: PredictionSpec, scores: readonly number[]): BinaryPrediction {
  const classes = spec.classes!;
  const positive = classes.indexOf(spec.positive!);
  const score = scores.length === 1 ? scores[0]! : scores[positive]!;
  const all = scores.length === 1 ? classes.map((_, i) => (i === positive ? score : 1 - score)) : scores;
  const label = score >= spec.threshold! ? classes[positive]! : classes[1 - positive]!;
  return { label, score, scores: named(classes, all), decision: decide(spec, score) };
}

function multiclass(spec: PredictionSpec, scores: readonly number[]): MulticlassPrediction {
  const classes = spec.classes!;
  const top = scores.reduce((best, score, i) => (score > scores[best]! ? i : best), 0);
  const prediction = { label: classes[top]!, score: scores[top]!, scores: named(classes, scores) };
  return spec.threshold === undefined ? prediction : { ...prediction, decision: decide(spec, scores[top]!) };
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
