/**
 * Structure-aware fuzzing of a real runtime process, over HTTP (JSON, binary tensors, named rows) and gRPC, and
 * attacks on the framing. Usage: npx tsx test/fuzz/main.ts [cases] [seed]
 */
import { testConfig } from '../runtime/support/packages';
import { RuntimeProcess } from '../runtime/support/process';
import { attackFraming } from './framing';
import { fuzzGrpc } from './grpc-fuzz';
import { fuzzHttp } from './http-fuzz';
import { FIELD_MODELS, MODELS, sampleTensors, seeds } from './seeds';

const FRAMING_CASES = 520;
/** Garbage collection and caches settle; what grows with the number of requests does not. */
const MAX_GROWTH_MIB = 200;

async function main(): Promise<number> {
  const cases = Number(process.argv[2] ?? 200_000);
  const seed = Number(process.argv[3] ?? 1);
  const address = { host: '127.0.0.1', port: 0 };
  const runtime = new RuntimeProcess(
    testConfig(
      [...MODELS, ...FIELD_MODELS].map(([name, version]) => `${name}/${version}`),
      {
        listeners: { inference: address, grpc: address, management: address },
        limits: { maxBodyBytes: 1_000_000, requestTimeoutMs: 5_000, maxInFlight: 64 },
        logging: { level: 'silent' },
      },
    ),
  );
  const { inference, management } = await runtime.ready();
  const { grpc } = (await runtime.message('listening')) as { grpc?: number };
  const url = `http://127.0.0.1:${inference}`;
  const calls = MODELS.map(([model, version]) => ({
    model,
    version,
    tensors: sampleTensors(model, version),
  }));

  await fuzzHttp(url, seeds(), Math.min(cases, 5000), seed + 1e9); // warm, so that growth means something
  const before = await residentMiB(management);
  const http = await fuzzHttp(url, seeds(), Math.ceil(cases * 0.75), seed);
  const rpc = await fuzzGrpc(grpc!, calls, Math.floor(cases * 0.25), seed);
  const framing = await attackFraming(inference, FRAMING_CASES, seed, 15_000);
  const growth = (await residentMiB(management)) - before;
  const healthy = (await fetch(`${url}/v2/health/ready`)).status === 200;

  const faults = [...http.faults, ...rpc.faults, ...framing];
  if (!healthy) faults.push('not ready afterwards');
  if (growth > MAX_GROWTH_MIB) faults.push(`resident memory grew by ${growth.toFixed(0)} MiB`);
  runtime.kill('SIGTERM');
  const exit = await runtime.exit;
  if (exit !== 0) faults.push(`exit code ${exit}`);
  console.log(`HTTP ${http.cases} cases: ${summary(http.statuses)}`);
  console.log(`gRPC ${rpc.cases} cases: ${summary(rpc.statuses)}`);
  console.log(
    `framing ${FRAMING_CASES} cases; resident memory ${before.toFixed(0)} MiB, ${growth.toFixed(0)} more at the end`,
  );
  for (const fault of faults) console.error(`FAULT ${fault}`);
  console.log(`${http.cases + rpc.cases + FRAMING_CASES} cases, ${faults.length} faults (seed ${seed})`);
  return faults.length === 0 ? 0 : 1;
}

async function residentMiB(management: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${management}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)![1]) / 2 ** 20;
}

function summary(statuses: ReadonlyMap<string, number>): string {
  return [...statuses]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([status, count]) => `${status} ${count}`)
    .join(', ');
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
