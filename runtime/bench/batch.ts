/**
 * Batch scoring of a million rows beside ONNX Runtime alone and a script of pandas:
 * `tsx runtime/bench/batch.ts [rows] [rounds]`. Interleaved; prints medians and writes out/bench-batch/results.json.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { packageDigest } from '@inferstack/runtime/model';
import { compileRuntime } from '../../test/support/compile-runtime';
import { batchData } from './batch/batch-data';
import { type Measured, measureProcess } from './batch/measure-process';
import { ensureEnvironment, environmentBin } from './python/environment';

const ROOT = path.join(__dirname, '..', '..');
const FOLDER = path.join(ROOT, 'out', 'bench-batch');
const MODEL = path.join(ROOT, 'examples', 'models', 'breast-cancer', '2');
const FORMATS = ['parquet', 'csv'] as const;

interface Contender {
  readonly name: string;
  run(file: string): Promise<Measured>;
}

async function main([rows = '1000000', rounds = '3']: readonly string[]): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const files = await batchData(FOLDER, Number(rows));
  const { file: runtime, folder: compiled } = compileRuntime();
  const missing = ensureEnvironment('batch', 'peers/requirements-batch.txt');
  if (missing !== undefined) console.error(`without pandas: ${missing}`);
  const contenders = [
    raw(1),
    raw(2),
    inferstack(runtime, 1),
    inferstack(runtime, 2),
    ...(missing ? [] : [pandas()]),
  ];
  const measured = new Map<string, Measured[]>();
  try {
    for (let round = 0; round < Number(rounds); round++) {
      for (const format of FORMATS) {
        for (const contender of contenders) {
          const result = await contender.run(files[format]);
          const key = `${format} ${contender.name}`;
          measured.set(key, [...(measured.get(key) ?? []), result]);
        }
      }
    }
  } finally {
    rmSync(compiled, { recursive: true, force: true });
  }
  report(measured, Number(rows));
}

/** Tensors in memory before the clock starts: what nothing that reads and writes files can exceed. */
function raw(threads: number): Contender {
  const program = path.join(__dirname, 'batch', 'ort-loop.cjs');
  return {
    name: `ONNX Runtime alone, ${threads} worker${threads > 1 ? 's' : ''}`,
    run: (file) =>
      measureProcess([process.execPath, program, MODEL, file, String(threads)], {}, (output) =>
        Number(output),
      ),
  };
}

function inferstack(runtime: string, workers: number): Contender {
  return {
    name: `inferstack, ${workers} worker${workers > 1 ? 's' : ''}`,
    run: async (file) => {
      const out = path.join(FOLDER, 'results');
      rmSync(out, { recursive: true, force: true });
      const env = {
        INFERSTACK_CONFIG: JSON.stringify(batchConfig(file, out, workers)),
        INFERSTACK_CACHE: path.join(FOLDER, 'cache'),
      };
      return measureProcess([process.execPath, runtime], env, (output) => {
        const done = output.split('\n').filter((line) => line.includes('"batch_done"'));
        return (JSON.parse(done[0]!) as { seconds: number }).seconds;
      });
    },
  };
}

function pandas(): Contender {
  const program = path.join(__dirname, 'peers', 'batch_pandas.py');
  const python = path.join(environmentBin('batch'), 'python');
  const out = path.join(FOLDER, 'pandas.parquet');
  return {
    name: 'pandas and onnxruntime',
    run: (file) =>
      measureProcess([python, program, path.join(MODEL, 'model.onnx'), file, out], {}, (output) =>
        Number(output),
      ),
  };
}

function batchConfig(file: string, out: string, workers: number): object {
  return {
    apiVersion: 'inferstack.dev/v1',
    kind: 'RuntimeConfig',
    role: 'batch',
    job: 'bench',
    model: { name: 'breast-cancer', version: '2', uri: MODEL, digest: packageDigest(MODEL).digest },
    batch: {
      input: {
        ...{ uris: [file], format: 'auto', compression: 'auto', csv: { delimiter: ',', nulls: [''] } },
        ...{ columns: {}, passthrough: ['id'] },
      },
      output: { uri: out, format: 'parquet', compression: 'snappy' },
      shards: { rows: 250_000, assignment: 'index', workers: 1, leaseMs: 60_000 },
      ...{ runId: 'bench', errorThreshold: { ratio: 0, minRows: 0 }, timeoutMs: null, progressMs: 60_000 },
    },
    execution: { workers, intraOpThreads: 1, batchRows: 2048, memoryBytes: 0 },
    telemetry: { emf: false, pushgateway: null },
    logging: { level: 'info' },
  };
}

function report(measured: ReadonlyMap<string, readonly Measured[]>, rows: number): void {
  const summary = [...measured].map(([name, runs]) => ({
    name,
    rowsPerSecond: Math.round(rows / median(runs.map(({ seconds }) => seconds))),
    peakMiB: Math.round(median(runs.map(({ peakBytes }) => peakBytes)) / 2 ** 20),
    wholeProcessSeconds: median(runs.map(({ wallSeconds }) => wallSeconds)),
    runs: runs.length,
  }));
  console.table(summary);
  const load = readFileSync('/proc/loadavg', 'utf8').trim();
  writeFileSync(
    path.join(FOLDER, 'results.json'),
    `${JSON.stringify({ rows, load, summary, measured: [...measured] }, undefined, 1)}\n`,
  );
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

void main(process.argv.slice(2));
