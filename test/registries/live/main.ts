/** Registries of others, really running, asked by the real command. `check-registries.sh` brings them. */
import { checkDvc } from './check-dvc';
import { checkMlflow } from './check-mlflow';
import { checkOci } from './check-oci';
import { checkSklearn } from './check-sklearn';

const SUITES: readonly [string, string, (program: string) => Promise<void>][] = [
  ['MLflow tracking server', 'MLFLOW_PYTHON', checkMlflow],
  ['scikit-learn through MLflow to predictions', 'MLFLOW_PYTHON', checkSklearn],
  ['OCI registry', 'OCI_REGISTRY', checkOci],
  ['DVC', 'DVC', checkDvc],
];

async function main(): Promise<void> {
  let failed = 0;
  for (const [name, variable, check] of SUITES) {
    const program = process.env[variable];
    if (!program) {
      const required = (process.env['CI'] ?? '') !== '';
      console.log(`${name}: ${required ? 'FAILED' : 'skipped'}, ${variable} is not set`);
      if (required) failed++;
      continue;
    }
    const start = performance.now();
    try {
      await check(program);
      console.log(`${name}: ok (${Math.round((performance.now() - start) / 1000)} s)`);
    } catch (error) {
      failed++;
      console.error(`${name}: FAILED\n${(error as Error).stack}`);
    }
  }
  process.exitCode = failed === 0 ? 0 : 1;
}

void main();
