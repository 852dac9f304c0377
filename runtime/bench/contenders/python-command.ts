import path from 'node:path';
import { environmentBin } from '../python/environment';
import type { BenchModel } from '../requests/bench-model';
import type { Command, PythonEnvironment } from './contender';

const PEERS = path.join(__dirname, '..', 'peers');

/** A program of a Python environment, run beside the peers with the model in its environment variables. */
export function pythonCommand(
  environment: PythonEnvironment,
  model: BenchModel,
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Command {
  const [program, ...args] = argv;
  return {
    argv: [path.join(environmentBin(environment), program!), ...args],
    cwd: PEERS,
    env: {
      BENCH_MODEL_FILE: model.graphFile,
      BENCH_MODEL_NAME: model.name,
      PYTHONPATH: PEERS,
      // One thread each: NumPy's own pools would compete with the model.
      OMP_NUM_THREADS: '1',
      OPENBLAS_NUM_THREADS: '1',
      ...env,
    },
  };
}
