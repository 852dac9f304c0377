import { readFileSync } from 'node:fs';
import path from 'node:path';
import { OnnxSession } from '../../runtime/src/inference';
import { ModelInstance } from '../../runtime/src/inference/model-instance';
import { openModelPackage } from '../../runtime/src/model';
import { Preprocessor } from '../../runtime/src/preprocessing';

// What preprocessing costs a row, beside the run of the same batch: the example whose ten raw fields become eleven
// columns by a bin, a one-hot, six imputes and eight scales. `decodeUs` is all that `predict` does to rows before the
// run (reading, rules, steps, tensors, ranges of the signature), `columnsUs` the engine alone on typed columns. For the
// yardstick `plainDecodeUs` the same rows are read as the columns of diabetes/1, which preprocesses nothing.
// Medians of 31 rounds, or as many as the argument says, microseconds a row: npx tsx test/bench/preprocessing.ts

const MODELS = path.resolve(__dirname, '../../examples/models');
const ROUNDS = Number(process.argv[2] ?? 31);
const SIZES = [1, 8, 64, 512];

function heldOut(count: number): Record<string, unknown>[] {
  const text = readFileSync(path.join(MODELS, 'diabetes-fields/held-out.csv'), 'utf8');
  const [names, ...lines] = text
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  const rows = lines.map((cells) =>
    Object.fromEntries(
      names!.slice(0, -1).map((name, i) => [name, name === 'sex' ? cells[i]! : Number(cells[i])]),
    ),
  );
  return Array.from({ length: count }, (_, i) => rows[i % rows.length]!);
}

async function instanceOf(model: string): Promise<ModelInstance> {
  const pkg = openModelPackage(path.join(MODELS, model));
  const session = await OnnxSession.load(pkg, { intraOpThreads: 1 });
  return new ModelInstance(pkg, session, { loadSeconds: 0, goldenSamples: 0 });
}

/** Median time of `work` a row, in microseconds; each round repeats it until it takes a few milliseconds. */
async function measure(rows: number, work: () => unknown): Promise<number> {
  const repeats = Math.ceil(2000 / rows);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    for (let i = 0; i < repeats; i++) await work();
    times.push(((performance.now() - start) * 1000) / (repeats * rows));
  }
  times.sort((a, b) => a - b);
  return Number(times[Math.floor(times.length / 2)]!.toFixed(3));
}

/** As `measure`, without the turn of the event loop that awaiting costs. */
function measureNow(rows: number, work: () => unknown): number {
  const repeats = Math.ceil(20_000 / rows);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    for (let i = 0; i < repeats; i++) work();
    times.push(((performance.now() - start) * 1000) / (repeats * rows));
  }
  times.sort((a, b) => a - b);
  return Number(times[Math.floor(times.length / 2)]!.toFixed(3));
}

async function main(): Promise<void> {
  const fields = await instanceOf('diabetes-fields/1');
  const plain = await instanceOf('diabetes/1');
  const { preprocessing, signature } = fields.manifest;
  const engine = new Preprocessor(preprocessing!, signature);
  const problems = { total: 0, add: () => {} };
  for (const rows of SIZES) {
    const batch = heldOut(rows);
    const columns = engine.names.map((name) =>
      name === 'sex'
        ? batch.map((row) => row[name])
        : Float64Array.from(batch.map((row) => Number(row[name]))),
    );
    const tensors = await fields.rows.decode(batch);
    const decodeUs = measureNow(rows, () => fields.rows.decode(batch));
    const columnsUs = measureNow(rows, () => engine.transform(columns, rows, problems));
    const plainDecodeUs = measureNow(rows, () => plain.rows.decode(batch));
    const runUs = await measure(rows, () => fields.executor.run(tensors));
    console.log(JSON.stringify({ rows, runUs, decodeUs, columnsUs, plainDecodeUs }));
  }
  await fields.executor.close();
  await plain.executor.close();
}

void main();
