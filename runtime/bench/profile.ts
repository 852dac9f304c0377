/** Where the time of a request goes: `tsx runtime/bench/profile.ts [model directory] [json|binary|grpc]`. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inferstack, inferstackBinary, inferstackGrpc, type ServerContender } from './contenders';
import { layout } from './harness/cores';
import { LoadClient } from './load/load-client';
import { type CpuProfile, sharesByArea } from './profile/areas';
import { openBenchModel } from './requests/bench-model';
import { withServer } from './run/with-server';

const DEFAULT_MODEL = path.join(__dirname, '..', '..', 'examples', 'models', 'breast-cancer', '1');
const CONNECTIONS = 32;
const WARMUP_SECONDS = 5;
const SECONDS = 10;

async function main([directory = DEFAULT_MODEL, encoding = 'json']: readonly string[]): Promise<void> {
  const contender = [inferstack, inferstackBinary, inferstackGrpc].find((one) => one.encoding === encoding);
  if (contender === undefined) throw new Error(`${encoding} is no encoding; allowed: json, binary, grpc`);
  await contender.prepare?.();
  const folder = mkdtempSync(path.join(tmpdir(), 'inferstack-profile-'));
  const cores = layout('one-core');
  const client = new LoadClient(cores.client);
  try {
    const result = await withServer(
      profiled(contender, folder),
      { model: openBenchModel(directory), layout: cores },
      async (_, target) => {
        await client.closedLoop(target, { concurrency: CONNECTIONS, seconds: WARMUP_SECONDS });
        return client.closedLoop(target, { concurrency: CONNECTIONS, seconds: SECONDS });
      },
    );
    console.log(
      `${Math.round(result.requests / result.seconds)} requests/s while profiled; shares of the time:`,
    );
    for (const [area, share] of sharesByArea(readProfile(folder), SECONDS)) {
      console.log(`${(share * 100).toFixed(1).padStart(6)} %  ${area}`);
    }
  } finally {
    await client.close();
    rmSync(folder, { recursive: true });
  }
}

/** The same server, with the sampling profiler of V8. */
function profiled(contender: ServerContender, folder: string): ServerContender {
  return {
    ...contender,
    command: (context) => {
      const command = contender.command(context);
      const [node, ...rest] = command.argv;
      return { ...command, argv: [node!, '--cpu-prof', `--cpu-prof-dir=${folder}`, ...rest] };
    },
  };
}

/** Of the main thread: the largest, should there be others. */
function readProfile(folder: string): CpuProfile {
  const texts = readdirSync(folder).map((file) => readFileSync(path.join(folder, file), 'utf8'));
  return JSON.parse(texts.reduce((a, b) => (b.length > a.length ? b : a))) as CpuProfile;
}

void main(process.argv.slice(2));
