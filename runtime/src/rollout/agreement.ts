import type { InferResult, PredictResult } from '../inference';
import type { Prediction } from '../inference/prediction';
import { type Interval, meanInterval, wilson } from './wilson';

/** Answers of both versions to one request, from the same route. */
export type Answer = InferResult | PredictResult;

/** Outputs without a meaning the manifest tells agree when they differ by no more than this, relative to stable. */
const TOLERANCE = 1e-3;

/** How often two versions say the same of the same rows, and how far their scores are apart. */
export class Agreement {
  rows = 0;
  agreed = 0;
  private scored = 0;
  private distance = 0;
  private squares = 0;

  /** Compares two answers row by row. */
  add(stable: Answer, candidate: Answer): void {
    const pairs = rowsOf(stable);
    const others = rowsOf(candidate);
    const rows = Math.max(pairs.length, others.length);
    for (let i = 0; i < rows; i++) this.addRow(pairs[i], others[i]);
  }

  get ratio(): number | undefined {
    return this.rows === 0 ? undefined : this.agreed / this.rows;
  }

  get meanDistance(): number | undefined {
    return this.scored === 0 ? undefined : this.distance / this.scored;
  }

  /** Range of the share of rows on which both say the same. */
  interval(z: number): Interval {
    return wilson(this.agreed, this.rows, z);
  }

  /** Range of the mean distance of scores. */
  distanceInterval(z: number): Interval {
    return meanInterval(this.distance, this.squares, this.scored, z);
  }

  private addRow(stable: Row | undefined, candidate: Row | undefined): void {
    this.rows++;
    if (stable === undefined || candidate === undefined) return;
    if (agree(stable, candidate)) this.agreed++;
    if (stable.score === undefined || candidate.score === undefined) return;
    const distance = Math.abs(stable.score - candidate.score);
    this.scored++;
    this.distance += distance;
    this.squares += distance * distance;
  }
}

/** What can be compared of a row: a label, a number, or the outputs as they are. */
interface Row {
  readonly label: string | undefined;
  readonly score: number | undefined;
  readonly values: readonly unknown[];
}

function rowsOf(answer: Answer): readonly Row[] {
  if ('predictions' in answer) return answer.predictions.map(predicted);
  const { instance, outputs } = answer;
  const count = outputs[0]?.shape[0] ?? 1;
  const known = outputs.some(({ name }) => name === instance.manifest.prediction?.output);
  if (instance.prediction !== undefined && known)
    return instance.prediction.predictions(outputs, count).map(predicted);
  return Array.from({ length: count }, (_, row) => raw(outputs, row, count));
}

function predicted(prediction: Prediction): Row {
  if ('value' in prediction) return { label: undefined, score: prediction.value, values: [prediction.value] };
  const { label, score, decision } = prediction;
  return { label: decision === undefined ? label : `${label}\n${decision}`, score, values: [] };
}

function raw(outputs: InferResult['outputs'], row: number, rows: number): Row {
  const values = outputs.flatMap(({ data }) => {
    const width = data.length / rows;
    return Array.from({ length: width }, (_, i) => data[row * width + i]);
  });
  return { label: undefined, score: undefined, values };
}

function agree(stable: Row, candidate: Row): boolean {
  if (stable.label !== undefined) return stable.label === candidate.label;
  if (stable.values.length !== candidate.values.length) return false;
  return stable.values.every((value, i) => close(value, candidate.values[i]));
}

function close(a: unknown, b: unknown): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return a === b;
  return Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), TOLERANCE);
}
