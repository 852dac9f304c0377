import { soundConfiguration } from './faults/seed';
import { soundAzure } from './faults/sound-azure';
import { spoil } from './faults/spoil';
import { Workspace } from './judge/terraform';
import type { Configuration } from './judge/used-types';
import { describeWithTerraform } from './support/with-terraform';

const APP = 'azurerm_container_app';

describeWithTerraform('terraform keeps state', () => {
  let workspace: Workspace;
  beforeEach(() => {
    workspace = new Workspace();
  });
  afterEach(() => workspace.close());

  test.each(['azurerm', 'google'] as const)(
    '%s: after apply there is nothing to change',
    async (provider) => {
      await workspace.configure({ sound: soundConfiguration(provider) });
      const { changes } = await workspace.plan();
      expect(new Set(changes.flatMap(({ change }) => change.actions))).toEqual(new Set(['create']));
      await workspace.apply();
      expect((await workspace.plan()).changes).toEqual([]);
    },
  );

  test('a second version changes what differs and nothing else, and the way back ends where it began', async () => {
    const first = soundConfiguration('azurerm');
    await workspace.configure({ sound: first });
    await workspace.apply();
    const before = await workspace.state();

    await workspace.configure({
      sound: changed(first, {
        'template.0.revision_suffix': 'r3',
        'ingress.0.traffic_weight.1.revision_suffix': 'r2',
      }),
    });
    const { changes } = await workspace.plan();
    expect(changes.map(({ address, change }) => [address, change.actions])).toEqual([
      [`${APP}.sound`, ['update']],
    ]);
    await workspace.apply();
    expect(await workspace.state()).not.toEqual(before);

    await workspace.configure({ sound: first });
    await workspace.apply();
    expect(JSON.stringify(await workspace.state())).toBe(JSON.stringify(before));
  });

  test('a new name makes a new resource', async () => {
    const first = soundConfiguration('azurerm');
    await workspace.configure({ sound: first });
    await workspace.apply();
    await workspace.configure({ sound: changed(first, { name: 'other' }) });
    const { changes } = await workspace.plan();
    expect(changes.find(({ type }) => type === APP)?.change.actions).toEqual(['delete', 'create']);
  });

  test('what is taken out of the configuration is deleted', async () => {
    const first = soundConfiguration('google');
    await workspace.configure({ sound: first });
    await workspace.apply();
    const { google_compute_network: _, ...resource } = first['resource'] as Record<string, unknown>;
    await workspace.configure({ sound: { ...first, resource } });
    const { changes } = await workspace.plan();
    expect(changes.map(({ address, change }) => [address, change.actions])).toEqual([
      ['google_compute_network.sound', ['delete']],
    ]);
  });
});

function changed(configuration: Configuration, change: Readonly<Record<string, unknown>>): Configuration {
  const resource = configuration['resource'] as Readonly<Record<string, object>>;
  return { ...configuration, resource: { ...resource, [APP]: { sound: spoil(soundAzure[APP]!, change) } } };
}
