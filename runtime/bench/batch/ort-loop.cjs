// ONNX Runtime in a loop over tensors that are in memory already:
//   node ort-loop.cjs <model directory> <file> <threads>     prints the seconds of the loops
const path = require('node:path');
const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads');

async function tensorsOf(file) {
  const { DuckDBInstance } = require('@duckdb/node-api');
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const result = await connection.stream(`SELECT * EXCLUDE (id) FROM '${file}'`);
  const blocks = [];
  for (let chunk = await result.fetchChunk(); chunk?.rowCount > 0; chunk = await result.fetchChunk()) {
    const width = chunk.columnCount;
    const data = new Float32Array(chunk.rowCount * width);
    for (let column = 0; column < width; column++) {
      const { items } = chunk.getColumnVector(column);
      for (let row = 0; row < chunk.rowCount; row++) data[row * width + column] = items[row];
    }
    blocks.push({ data, rows: chunk.rowCount, width });
  }
  return blocks;
}

async function loop({ model, blocks }) {
  const { InferenceSession, Tensor } = require('onnxruntime-node');
  const options = { graphOptimizationLevel: 'all', intraOpNumThreads: 1, interOpNumThreads: 1 };
  const session = await InferenceSession.create(model, options);
  const [input] = session.inputNames;
  const run = ({ data, rows, width }) => session.run({ [input]: new Tensor('float32', data, [rows, width]) });
  await run(blocks[0]);
  parentPort.postMessage('ready');
  await new Promise((resolve) => parentPort.once('message', resolve));
  for (const block of blocks) await run(block);
  parentPort.postMessage('done');
}

async function main() {
  const [directory, file, threads] = process.argv.slice(2);
  const blocks = await tensorsOf(file);
  const model = path.join(directory, 'model.onnx');
  const workers = Array.from({ length: Number(threads) }, (_, i) => {
    const own = blocks.filter((_block, at) => at % Number(threads) === i);
    return new Worker(__filename, { workerData: { model, blocks: own } });
  });
  const told = (word) => Promise.all(workers.map((worker) => new Promise((resolve, reject) => {
    worker.on('error', reject);
    worker.on('message', (message) => message === word && resolve());
  })));
  const done = told('done');
  await told('ready');
  const start = performance.now();
  for (const worker of workers) worker.postMessage('go');
  await done;
  console.log((performance.now() - start) / 1000);
}

if (isMainThread) main();
else loop(workerData);
