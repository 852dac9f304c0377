/**
 * Time and memory of a synthesis with the library, and of the same resources made by the provider's own classes from
 * ready arguments: `npm run build && npx tsx test/bench/synth-terraform.ts`. Each in a process of its own, with the
 * built library; median of five runs, interleaved.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const RUNS = 5;
const COUNTS = [1, 10, 50];
const VARIANTS = ['bare', 'library'] as const;

interface Figures {
  readonly cpuMs: number;
  readonly maxRssMiB: number;
  readonly resources: number;
}

const folder = mkdtempSync(path.join(tmpdir(), 'synth-terraform-'));
process.once('exit', () => rmSync(folder, { recursive: true }));

function run(...args: string[]): string {
  const app = path.join(__dirname, 'synth-terraform-app.ts');
  return execFileSync(process.execPath, ['--import', 'tsx', app, ...args], {
    encoding: 'utf8',
    // Without the path mapping of the repository, `inferstack` is the built package, as for a user.
    env: { ...process.env, TSX_TSCONFIG_PATH: path.join(__dirname, 'tsconfig.json') },
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 2 ** 26,
  });
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!;

for (const target of ['azure', 'gcp']) {
  const template = path.join(folder, `${target}.json`);
  writeFileSync(template, run(target, 'template', '1'));
  for (const count of COUNTS) {
    const figures: Record<string, Figures[]> = { bare: [], library: [] };
    for (let i = 0; i < RUNS; i++) {
      for (const variant of VARIANTS) {
        figures[variant]!.push(JSON.parse(run(target, variant, String(count), template)) as Figures);
      }
    }
    for (const variant of VARIANTS) {
      const cpu = median(figures[variant]!.map(({ cpuMs }) => cpuMs));
      const memory = median(figures[variant]!.map(({ maxRssMiB }) => maxRssMiB));
      const { resources } = figures[variant]![0]!;
      console.log(
        `${target} ${count} endpoint(s) ${variant}: CPU ${cpu.toFixed(0)} ms, ${memory.toFixed(0)} MiB, ${resources} resources`,
      );
    }
  }
}
