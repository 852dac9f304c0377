import { soundConfiguration } from './faults/seed';
import { Workspace } from './judge/terraform';
import { describeWithTerraform } from './support/with-terraform';

describeWithTerraform('state', () => {
  test('is what was planned, and shrinks with the configuration', async () => {
    const workspace = new Workspace();
    try {
      const first = soundConfiguration('google');
      await workspace.configure({ sound: first });
      const { changes } = await workspace.plan();
      expect(new Set(changes.flatMap(({ change }) => change.actions))).toEqual(new Set(['create']));
      await workspace.apply();
      expect((await workspace.plan()).changes).toEqual([]);

      const { google_compute_network: _, ...resource } = first['resource'] as Record<string, unknown>;
      await workspace.configure({ sound: { ...first, resource } });
      const left = (await workspace.plan()).changes;
      expect(left.map(({ address, change }) => [address, change.actions])).toEqual([
        ['google_compute_network.sound', ['delete']],
      ]);
    } finally {
      workspace.close();
    }
  });
});
