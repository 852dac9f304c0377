import { temporaryFolder } from '../../support/temporary-folder';
import { vertexCases } from '../../terraform/cases/vertex';
import { stacksIn } from '../../terraform/judge/check-stack';
import { Workspace } from '../../terraform/judge/terraform';
import { describeWithTerraform } from '../../terraform/support/with-terraform';
import { FakeVertex } from './support/fake-vertex';
import { run } from './support/release';
import type { Release } from './support/synthesize';

/** The provider of the judge makes up ids; the server that stands for Vertex AI knows this one. */
const ENDPOINT = 'projects/my-project-123/locations/europe-west1/endpoints/1234567890';

describeWithTerraform('after an apply by the real terraform', () => {
  test('its outputs are what the release program reads', async () => {
    const directory = temporaryFolder();
    vertexCases[0]!.synthesize(directory);
    const workspace = new Workspace();
    const vertex = new FakeVertex();
    try {
      await workspace.configureFrom(stacksIn(directory)[0]!);
      await workspace.apply();
      const { stdout } = await workspace.run('output', '-json');
      const outputs = JSON.parse(stdout) as Record<string, { value: Release }>;
      for (const { value } of Object.values(outputs)) {
        if (value['kind'] === 'VertexRelease') value['endpoint'] = ENDPOINT;
      }
      const { code } = await run(['deploy', 'serving-endpoint'], await vertex.start(), outputs);
      expect(code).toBe(0);
      const [registered] = vertex.bodies as [Release];
      const config = JSON.parse(registered['model'].containerSpec.env[0].value) as Release;
      // What was known only after the apply is there.
      expect(JSON.stringify(registered)).not.toContain('${');
      expect(config['models'][0].uri).toMatch(/^gs:\/\/[^$]+\/inferstack\//);
      expect(Object.values(vertex.split)).toEqual([100]);
    } finally {
      workspace.close();
      await vertex.stop();
    }
  });
});
