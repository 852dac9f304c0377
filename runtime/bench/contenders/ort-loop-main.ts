/** ONNX Runtime in a Node.js loop: ort-loop-main <model.onnx> <seconds> <batch>, request tensors on standard input. */
import { readFileSync } from 'node:fs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { JsonTensor } from '../requests/json-encoding';

type Feeds = Record<string, Tensor>;

async function main(file: string, seconds: number, batch: number): Promise<void> {
  const session = await InferenceSession.create(file, {
    graphOptimizationLevel: 'all',
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const { inputs } = JSON.parse(readFileSync(0, 'utf8')) as { inputs: JsonTensor[] };
  const feeds = Object.fromEntries(inputs.map((input) => [input.name, repeated(input, batch)]));
  await measure(session, feeds, seconds / 4);
  process.stdout.write(JSON.stringify(await measure(session, feeds, seconds)));
}

function repeated({ datatype, shape, data }: JsonTensor, batch: number): Tensor {
  const rows = Array.from({ length: batch }, () => data).flat();
  const dims = [batch, ...shape.slice(1)];
  return datatype === 'INT64'
    ? new Tensor('int64', BigInt64Array.from(rows, BigInt), dims)
    : new Tensor('float32', Float32Array.from(rows), dims);
}

async function measure(session: InferenceSession, feeds: Feeds, seconds: number) {
  const start = performance.now();
  let runs = 0;
  let elapsed = 0;
  while (elapsed < seconds * 1000) {
    await session.run(feeds);
    runs += 1;
    elapsed = performance.now() - start;
  }
  return { runs, seconds: elapsed / 1000 };
}

const [file, seconds, batch] = process.argv.slice(2);
main(file!, Number(seconds), Number(batch)).catch((error: Error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
