import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { runCli } from '../support/run-cli';
import type { Account, Inventory } from './account';
import { deployedModel } from './check-workload';
import type { Checklist } from './checklist';
import { type ModelVersion, modelDirectory } from './deployed';

/** The object the tasks load is the model package: downloaded, extracted, and judged by the command line. */
export async function checkModel(
  list: Checklist,
  account: Account,
  now: Inventory,
  expected: { readonly version: ModelVersion; readonly out: string },
): Promise<void> {
  const { version, out } = expected;
  const deployed = deployedModel(now);
  list.equal('model: the version', deployed.version, version);
  list.equal('model: the digest of the folder', deployed.digest, await digestOf(modelDirectory(version)));
  const directory = path.join(out, `model-${version}`);
  mkdirSync(directory, { recursive: true });
  const archive = `${directory}.tar.gz`;
  await account.download(deployed.bucket, deployed.key, archive);
  execFileSync('tar', ['-xzf', archive, '-C', directory]);
  list.equal('model: the object holds a package of that digest', await digestOf(directory), deployed.digest);
  const { code, json } = await runCli(['model', 'check', directory, '--json']);
  const { total, failed } = json()['samples'] as { total: number; failed: number };
  list.equal('model: passes `inferstack model check`', [code, failed], [0, 0]);
  list.holds('model: reproduces its golden samples', total > 0, 'there are no samples');
}

async function digestOf(directory: string): Promise<string> {
  return (await runCli(['model', 'digest', directory])).out.trim();
}
