import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type AssetCode, Code } from 'aws-cdk-lib/aws-lambda';
import { DISABLE_ASSET_STAGING_CONTEXT } from 'aws-cdk-lib/cx-api';
import type { Construct } from 'constructs';
import type { GoldenPlan } from './golden-checks';

/** Plain JavaScript, as Lambda runs it. */
const SOURCE = path.join(__dirname, 'golden-samples-hook');
const CHECKS = 'checks.json';

/** The function with its samples beside it: it needs no rights to get them. The same samples give the same archive. */
export function hookCode(plan: GoldenPlan): {
  readonly code: AssetCode;
  readonly dispose: (scope: Construct) => void;
} {
  const checks = JSON.stringify(plan);
  const hash = createHash('sha256').update(checks);
  const directory = mkdtempSync(path.join(tmpdir(), 'inferstack-hook-'));
  for (const file of readdirSync(SOURCE).sort()) {
    hash.update(`\0${file}\0`).update(readFileSync(path.join(SOURCE, file)));
    copyFileSync(path.join(SOURCE, file), path.join(directory, file));
  }
  writeFileSync(path.join(directory, CHECKS), checks);
  return {
    code: Code.fromAsset(directory, { assetHash: hash.digest('hex') }),
    dispose: (scope) => {
      // With staging switched off, the folder itself is what gets uploaded later.
      if (!scope.node.tryGetContext(DISABLE_ASSET_STAGING_CONTEXT)) rmSync(directory, { recursive: true });
    },
  };
}
