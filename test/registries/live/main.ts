/** Registries of others, really running, asked by the real command. `check-registries.sh` brings them. */
import { checkDvc } from './check-dvc';
import { checkMlflow } from './check-mlflow';
import { checkOci } from './check-oci';

const SUITES: readonly [string, string, (program: string) => Promise<void>][] = [
  ['MLflow tracking server', 'MLFLOW_PYTHON', checkMlflow],
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
    try {
      await check(program);
      console.log(`${name}: ok`);
    } catch (error) {
      failed++;
      console.error(`${name}: FAILED\n${(error as Error).stack}`);
    }
  }
  process.exitCode = failed === 0 ? 0 : 1;
}

void main();
