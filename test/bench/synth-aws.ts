/**
 * Time and memory of a synthesis with the library against the same resources by hand, a stack each.
 * `npm run build && npx tsx test/bench/synth-aws.ts`. Both variants run alike: the built library, in a process of
 * their own, without the template validator of aws-cdk-lib. Median of five runs, interleaved.
 */
import { execFileSync } from 'node:child_process';
import path from 'node:path';

const RUNS = 5;
const COUNTS = [1, 10, 50];
const VARIANTS = ['bare', 'library'] as const;

interface Figures {
  readonly milliseconds: number;
  /** CPU of all threads: steadier than the clock on a busy machine. */
  readonly cpuMs: number;
  readonly maxRssMiB: number;
  readonly resourcesPerStack: number;
}

function run(variant: string, count: number): Figures {
  const output = execFileSync(
    process.execPath,
    ['--import', 'tsx', path.join(__dirname, 'synth-aws-app.ts'), variant, String(count)],
    {
      encoding: 'utf8',
      // Without the path mapping of the repository, `inferstack` is the built package, as for a user.
      env: {
        ...process.env,
        CDK_VALIDATION: 'false',
        TSX_TSCONFIG_PATH: path.join(__dirname, 'tsconfig.json'),
      },
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  return JSON.parse(output) as Figures;
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

for (const count of COUNTS) {
  const figures: Record<string, Figures[]> = { bare: [], library: [] };
  for (let i = 0; i < RUNS; i++) for (const variant of VARIANTS) figures[variant]!.push(run(variant, count));
  for (const variant of VARIANTS) {
    const time = median(figures[variant]!.map((f) => f.milliseconds));
    const cpu = median(figures[variant]!.map((f) => f.cpuMs));
    const memory = median(figures[variant]!.map((f) => f.maxRssMiB));
    const resources = figures[variant]![0]!.resourcesPerStack;
    const endpoints = `${count} endpoint(s)`.padEnd(15);
    console.log(
      `${endpoints} ${variant.padEnd(8)} ${time.toFixed(0)} ms  CPU ${cpu.toFixed(0)} ms  ${memory.toFixed(0)} MiB  ${resources} resources each`,
    );
  }
}
