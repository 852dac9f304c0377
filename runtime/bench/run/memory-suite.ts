import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fastapiTuned, inferstack, type ServerContender } from '../contenders';
import { type Cores, type LayoutName, layout } from '../harness/cores';
import { type Memory, memory, processTree } from '../harness/process-tree';
import { sendOnce } from '../harness/send-once';
import { type BenchModel, openBenchModel } from '../requests/bench-model';
import { checkReply } from '../requests/check-reply';
import { interleaved } from './interleave';
import type { MemoryResult, MemoryRow } from './results';
import { withServer } from './with-server';

/** One way of serving: so many versions of the model, or so many processes with a copy each. */
interface Setup {
  readonly contender: ServerContender;
  readonly versions: number;
  readonly layout: LayoutName;
}

const SETUPS: readonly Setup[] = [
  ...[1, 2, 3].map((versions) => ({ contender: inferstack, versions, layout: 'one-core' as const })),
  { contender: fastapiTuned, versions: 1, layout: 'one-core' },
  { contender: fastapiTuned, versions: 1, layout: 'two-cores' },
];

export const MEMORY_CONTENDERS: readonly ServerContender[] = [inferstack, fastapiTuned];

/** Requests to a server of several processes, each over a connection of its own, so that every process answers some. */
const REQUESTS = 24;

export interface MemoryOptions {
  readonly rounds: number;
  readonly cores: Cores;
  readonly log: (line: string) => void;
}

/** What a replica takes, and what each version or process more adds to it. */
export async function measureMemory(directory: string, options: MemoryOptions): Promise<MemoryResult> {
  const copies = mkdtempSync(path.join(tmpdir(), 'inferstack-bench-versions-'));
  try {
    const versions = [1, 2, 3].map((number) => openBenchModel(copyAs(String(number), directory, copies)));
    const samples = new Map<Setup, Memory[]>(SETUPS.map((setup) => [setup, []]));
    for (const setup of interleaved(SETUPS, options.rounds)) {
      options.log(`memory ${setup.contender.label}, ${setup.versions} versions, ${setup.layout}`);
      samples.get(setup)!.push(await sample(setup, versions, options.cores));
    }
    const { name, version, graphFile } = versions[0]!;
    const rows = [...samples].map(([setup, taken]): MemoryRow => describe(setup, taken));
    return { model: `${name}/${version}`, modelBytes: statSync(graphFile).size, rows };
  } finally {
    rmSync(copies, { recursive: true, force: true });
  }
}

/** The same package under another version, as a new one with the same weights would be. */
function copyAs(version: string, directory: string, copies: string): string {
  const copy = path.join(copies, version);
  cpSync(directory, copy, { recursive: true });
  const manifest = path.join(copy, 'model.yaml');
  const text = readFileSync(manifest, 'utf8');
  writeFileSync(manifest, text.replace(/^version: .*$/m, `version: '${version}'`));
  return copy;
}

function sample(setup: Setup, all: readonly BenchModel[], cores: Cores): Promise<Memory> {
  const versions = all.slice(0, setup.versions);
  const model = versions[0]!;
  const bench = { model, versions, layout: layout(setup.layout, cores) };
  return withServer(setup.contender, bench, async (server, target) => {
    const paths =
      setup.versions > 1
        ? versions.map(({ name, version }) => `/v2/models/${name}/versions/${version}/infer`)
        : Array.from({ length: REQUESTS }, () => target.path);
    for (const each of paths) checkReply(model, 'json', await sendOnce({ ...target, path: each }));
    return memory(processTree(server.pid));
  });
}

function describe({ contender, versions, layout: name }: Setup, samples: readonly Memory[]): MemoryRow {
  const processes = contender === fastapiTuned && name === 'two-cores' ? 2 : 1;
  return { id: contender.id, label: contender.label, versions, processes, samples };
}
