import type { Problem, Tensor } from '../contract';
import { RequestError } from '../errors';
import type { ModelInstance } from '../inference';
import { type Flag, flagsByRow, type PredictionColumns, type RowFinding } from '../inference/prediction';
import type { Columns } from '../inference/row-reader';
import { type Block, pickRows } from './files/block';

/** A row that was not scored, and why. */
export interface BadRow {
  /** Position in the block. */
  readonly row: number;
  readonly problems: readonly Problem[];
}

/** What became of the rows of a block. */
export interface ScoredBlock {
  readonly block: Block;
  /** Positions of the scored rows; undefined: all of them. */
  readonly kept: readonly number[] | undefined;
  /** One entry a scored row. */
  readonly predictions: PredictionColumns;
  /** By position among the scored rows. */
  readonly flags: ReadonlyMap<number, readonly Flag[]>;
  readonly bad: readonly BadRow[];
  /** What the model was given, a row for each scored one. */
  readonly inputs: readonly Tensor[];
}

/** Inputs of the graph for the rows that are fit for it. */
interface Sieved {
  readonly inputs: readonly Tensor[];
  /** Positions in the block of the rows in `inputs`. */
  readonly kept: readonly number[] | undefined;
  readonly findings: readonly RowFinding[];
  readonly bad: readonly BadRow[];
}

/**
 * Takes the rows of a block through the rules, steps, graph and thresholds of a model: the very code that answers requests.
 *
 * @param now what the ages of dates are held against, milliseconds since 1970.
 */
export async function scoreBlock(instance: ModelInstance, block: Block, now: number): Promise<ScoredBlock> {
  const sieved = await sieve(instance, block, now);
  const prediction = instance.prediction!;
  if (sieved.kept?.length === 0) {
    return {
      block,
      kept: [],
      predictions: prediction.columns([], 0),
      flags: new Map(),
      bad: sieved.bad,
      inputs: [],
    };
  }
  const rows = sieved.kept?.length ?? block.rows;
  const outputs = await instance.executor.run(sieved.inputs);
  const predictions = prediction.columns(outputs, rows);
  const { kept, bad, inputs } = sieved;
  const scored = { block, kept, predictions, flags: flagsByRow(sieved.findings), bad, inputs };
  return predictions.notFinite.length === 0 ? scored : withoutNotFinite(scored);
}

/** Finds the rows that can be scored. What the rules say of all rows together says which ones cannot. */
async function sieve(instance: ModelInstance, block: Block, now: number): Promise<Sieved> {
  const bad: BadRow[] = [...block.broken].map(([row, problem]) => ({ row, problems: [problem] }));
  let kept = block.broken.size === 0 ? undefined : without(block, undefined, new Set(block.broken.keys()));
  while (kept === undefined || kept.length > 0) {
    const columns = kept === undefined ? block.columns : pickRows(block.columns, kept);
    const findings: RowFinding[] = [];
    const rows: number = kept?.length ?? block.rows;
    const refused = await decode(instance, columns, rows, findings, now);
    if (!('problems' in refused)) return { inputs: refused, kept, findings, bad };
    const found = byRow(refused.problems, rows);
    const position = (row: number): number => kept?.[row] ?? row;
    for (const [row, problems] of found) bad.push({ row: position(row), problems });
    kept = without(block, kept, new Set([...found.keys()].map(position)));
  }
  return { inputs: [], kept: [], findings: [], bad };
}

async function decode(
  { rows: reader }: ModelInstance,
  columns: Columns,
  rows: number,
  findings: RowFinding[],
  now: number,
): Promise<Tensor[] | RequestError> {
  try {
    return await reader.decodeColumns(columns, rows, findings as never, now);
  } catch (error) {
    if (error instanceof RequestError && error.code === 'INPUT_INVALID') return error;
    throw error;
  }
}

/** Problems by the row they are of. One of all rows together is every row's. */
function byRow(problems: readonly Problem[], rows: number): Map<number, Problem[]> {
  const found = new Map<number, Problem[]>();
  for (const problem of problems) {
    const match = /^rows\[(\d+)\]\.?(.*)$/s.exec(problem.at);
    if (match === null) continue;
    const row = Number(match[1]);
    const told = { ...problem, at: match[2]! };
    const listed = found.get(row);
    if (listed === undefined) found.set(row, [told]);
    else listed.push(told);
  }
  if (found.size === 0) for (let row = 0; row < rows; row++) found.set(row, [...problems]);
  return found;
}

function without(block: Block, kept: readonly number[] | undefined, gone: ReadonlySet<number>): number[] {
  const all = kept ?? Array.from({ length: block.rows }, (_, row) => row);
  return all.filter((row) => !gone.has(row));
}

function withoutNotFinite(scored: ScoredBlock): ScoredBlock {
  const { block, predictions, flags } = scored;
  const gone = new Set(predictions.notFinite);
  const rows = predictions.score.length;
  const stay = Array.from({ length: rows }, (_, row) => row).filter((row) => !gone.has(row));
  const position = (row: number): number => scored.kept?.[row] ?? row;
  const bad = predictions.notFinite.map((row) => ({ row: position(row), problems: [NOT_FINITE] }));
  return {
    block,
    kept: stay.map(position),
    predictions: {
      labels: Int16Array.from(stay, (row) => predictions.labels[row]!),
      decisions: Int16Array.from(stay, (row) => predictions.decisions[row]!),
      score: Float64Array.from(stay, (row) => predictions.score[row]!),
      scores: predictions.scores.map((of) => Float64Array.from(stay, (row) => of[row]!)),
      notFinite: [],
    },
    flags: new Map(stay.flatMap((row, i) => (flags.has(row) ? [[i, flags.get(row)!]] : []))),
    bad: [...scored.bad, ...bad],
    inputs: scored.inputs.map((tensor) => pickTensorRows(tensor, stay, rows)),
  };
}

/** Rows of a tensor; only its elements are of use then. */
function pickTensorRows(tensor: Tensor, stay: readonly number[], rows: number): Tensor {
  const width = tensor.data.length / rows;
  const data = stay.flatMap((row) =>
    Array.from(tensor.data.slice(row * width, (row + 1) * width) as Float64Array),
  );
  return { ...tensor, shape: [stay.length, ...tensor.shape.slice(1)], data: Float64Array.from(data) };
}

const NOT_FINITE: Problem = {
  code: 'INFERENCE_NOT_FINITE',
  at: '',
  what: 'the model computed no finite score',
  remedy: 'Look at the values of the row: something in them is beyond what the model can compute with.',
};
