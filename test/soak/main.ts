/**
 * Memory over very many requests: what grows with their number would end a replica after days. A real runtime process
 * answers HTTP JSON, binary tensors and gRPC in turn; its memory is read after every slice.
 * Usage: npx tsx test/soak/main.ts [requests]
 */
import path from 'node:path';
import { closedLoop } from '../../runtime/bench/load/closed-loop';
import { openBenchModel } from '../../runtime/bench/requests/bench-model';
import { type Encoding, inferTarget } from '../../runtime/bench/requests/encoding';
import { MODELS, testConfig } from '../runtime/support/packages';
import { RuntimeProcess } from '../runtime/support/process';
import { growthMiB } from './growth';

const MODEL = 'breast-cancer/2';
const ENCODINGS: readonly Encoding[] = ['json', 'binary', 'grpc'];
/** What grows by this in a million requests is a leak. */
const MAX_GROWTH_MIB = 24;
/** On a machine with much memory the collector lets garbage lie for long: with little room only what is held stays. */
const OLD_SPACE_MIB = 64;

async function main(): Promise<number> {
  const wanted = Number(process.argv[2] ?? 1_000_000);
  const address = { host: '127.0.0.1', port: 0 };
  process.env['NODE_OPTIONS'] = `--max-old-space-size=${OLD_SPACE_MIB}`;
  const runtime = new RuntimeProcess(
    testConfig([MODEL], {
      listeners: { inference: address, grpc: address, management: address },
      logging: { level: 'error' },
    }),
  );
  const { inference, management } = await runtime.ready();
  const { grpc } = (await runtime.message('listening')) as { grpc?: number };
  const model = openBenchModel(path.join(MODELS, MODEL));
  const ports = { json: inference, binary: inference, grpc: grpc! };

  const readings: number[] = [];
  let answered = 0;
  for (let slice = 0; answered < wanted; slice++) {
    const encoding = ENCODINGS[slice % ENCODINGS.length]!;
    const target = inferTarget(model, encoding, ports[encoding]);
    const { requests, errors, firstError } = await closedLoop(target, { concurrency: 32, seconds: 2 });
    if (errors > 0) throw new Error(`${encoding}: ${errors} requests failed, the first with ${firstError}`);
    answered += requests;
    readings.push(await residentMiB(management));
    if (slice % 5 === 0) console.log(`${answered} requests, ${readings.at(-1)!.toFixed(0)} MiB`);
  }
  runtime.kill('SIGTERM');
  const exit = await runtime.exit;
  const growth = growthMiB(readings);
  const flat = growth <= MAX_GROWTH_MIB && exit === 0;
  const [first, last] = [readings[0]!.toFixed(0), readings.at(-1)!.toFixed(0)];
  console.log(
    `${answered} requests: ${first} MiB after the first slice, ${last} MiB at the end, trend ${growth.toFixed(1)} MiB, exit code ${exit}`,
  );
  if (!flat) console.error(`FAULT memory grows: allowed ${MAX_GROWTH_MIB} MiB, and exit code 0`);
  return flat ? 0 : 1;
}

async function residentMiB(management: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${management}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)![1]) / 2 ** 20;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
