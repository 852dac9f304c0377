/**
 * Deploys an endpoint with the real `cdk` against a simulated AWS account, changes it, breaks it and removes it, and
 * looks at the account through the AWS SDK after each step. Exit code 1 when a check fails.
 */
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Account } from './account';
import { awsEnvironment } from './aws-environment';
import { Cdk } from './cdk';
import { Checklist } from './checklist';
import { findMotoPython, MOTO_REMEDY } from './moto-python';
import { runScenario } from './scenario';
import { startMoto } from './start-moto';

const OUT = path.resolve(__dirname, '../../out/deploy-aws');

async function main(): Promise<number> {
  const python = findMotoPython();
  if (python === undefined) throw new Error(`There is no Python with moto. ${MOTO_REMEDY}`);
  rmSync(OUT, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });
  const moto = await startMoto(python, 'moto_server.py', path.join(OUT, 'moto.log'));
  try {
    const env = awsEnvironment(moto.url);
    const list = new Checklist();
    await runScenario({
      list,
      cdk: new Cdk(env, OUT),
      account: new Account(python, env),
      out: OUT,
    });
    return list.finish();
  } finally {
    await moto.stop();
  }
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
