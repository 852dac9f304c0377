import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cases } from './cases';
import { stacksIn } from './judge/check-stack';
import { Workspace } from './judge/terraform';
import { describeWithTerraform } from './support/with-terraform';

/** The richest of each; `scripts/check-terraform.ts` plans and applies all of them. */
const FEW = [
  'azure behind a firewall',
  'azure batch nightly, longest name, many workers',
  'gcp from the internet, firewall of its own',
  'gcp canary with gates, longest names',
  'vertex a name on the internet, keys of yours',
  'azure machine learning everything of yours, from the internet',
];

describeWithTerraform('terraform accepts what the targets make', () => {
  test.each(FEW)('%s', async (name) => {
    const directory = mkdtempSync(path.join(tmpdir(), 'terraform-targets-'));
    const workspace = new Workspace();
    try {
      cases.find((one) => one.name === name)!.synthesize(directory);
      await workspace.configureFrom(stacksIn(directory)[0]!);
      expect((await workspace.validate()).diagnostics).toEqual([]);
    } finally {
      workspace.close();
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
