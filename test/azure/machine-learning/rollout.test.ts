import path from 'node:path';
import { temporaryFolder } from '../../support/temporary-folder';
import type { Case } from '../../terraform/cases/case';
import { machineLearningReleases } from '../../terraform/cases/machine-learning';
import { stacksIn } from '../../terraform/judge/check-stack';
import { Workspace } from '../../terraform/judge/terraform';
import { describeWithTerraform } from '../../terraform/support/with-terraform';

describeWithTerraform('a release, planned by the real terraform', () => {
  test('makes a deployment before the former one goes, and moves the traffic in between', async () => {
    const workspace = new Workspace();
    try {
      const [first, second] = machineLearningReleases;
      await workspace.configureFrom(synthesized(first, 'first'));
      await workspace.apply();
      await workspace.configureFrom(synthesized(second, 'second'));
      const { changes } = await workspace.plan();
      const byId = Object.fromEntries(
        changes.map(({ address, change }) => [
          address.replace(/^.*\.Endpoint_|_[0-9A-F]{8}$/g, ''),
          change.actions,
        ]),
      );
      expect(byId).toEqual({
        // In this order: `create_before_destroy`.
        DeploymentTemplate: ['create', 'delete'],
        // After the first of the two and before the second, since it depends on the deployment.
        TrafficTemplate: ['update'],
        Autoscale: ['delete', 'create'],
        Dashboard: ['update'],
        Model6857fd07e06427e5: ['create'],
      });
      // The first template of the endpoint is left alone: alone it would take the traffic away.
      expect(Object.keys(byId)).not.toContain('EndpointTemplate');
      await workspace.apply();
    } finally {
      workspace.close();
    }
  });
});

function synthesized(release: Case, name: string): string {
  const directory = path.join(temporaryFolder(), name);
  release.synthesize(directory);
  return stacksIn(directory)[0]!;
}
