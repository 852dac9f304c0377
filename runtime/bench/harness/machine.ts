import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';

/** What the benchmark writes into its own folder. */
const RESULTS = ['RESULTS.md', 'results'];

/** Where figures were taken: without it they mean nothing. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly kernel: string;
  readonly node: string;
  readonly python: string;
  readonly onnxruntimeNode: string;
  readonly onnxruntimePython: string;
  readonly commit: string;
  /** When it was committed. */
  readonly commitDate: string;
}

export function machine(cores: number, pythonVersions: { python: string; onnxruntime: string }): Machine {
  return {
    cpu: cpuModel(readFileSync('/proc/cpuinfo', 'utf8')),
    cores,
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    kernel: `${os.type()} ${os.release()}`,
    node: process.version,
    python: pythonVersions.python,
    onnxruntimeNode: (require('onnxruntime-node/package.json') as { version: string }).version,
    onnxruntimePython: pythonVersions.onnxruntime,
    ...commit(),
  };
}

/** The name with family, model and stepping, since virtual machines often hide the name. */
function cpuModel(cpuinfo: string): string {
  const field = (name: string) =>
    new RegExp(`^${name}\\s*:\\s*(.*)$`, 'm').exec(cpuinfo)?.[1]?.trim() ?? 'unknown';
  return `${field('model name')} (family ${field('cpu family')}, model ${field('model')}, stepping ${field('stepping')})`;
}

function commit(): Pick<Machine, 'commit' | 'commitDate'> {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: __dirname, encoding: 'utf8' }).trim();
  // What is measured, and with what; results of other parts are neither.
  const sources = ['../../src', '../../package.json', '..', ...RESULTS.map((file) => `:(exclude)../${file}`)];
  const dirty = git('status', '--porcelain', '--', ...sources).length > 0;
  return {
    commit: git('rev-parse', '--short=12', 'HEAD') + (dirty ? ' with changes' : ''),
    commitDate: git('log', '-1', '--format=%cs'),
  };
}
