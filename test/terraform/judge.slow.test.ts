import { judgeEdges, judgeFaults, rulesOf, seededFaults, soundConfiguration } from './faults/seed';
import { rules } from './judge/rules/judge';
import { Workspace } from './judge/terraform';
import { describeWithTerraform } from './support/with-terraform';

describeWithTerraform('terraform judges', () => {
  let workspace: Workspace;
  beforeEach(() => {
    workspace = new Workspace();
  });
  afterEach(() => workspace.close());

  describe.each(['azurerm', 'google'] as const)('%s', (provider) => {
    test('a sound configuration has nothing to refuse', async () => {
      await workspace.configure({ sound: soundConfiguration(provider) });
      expect((await workspace.validate()).diagnostics).toEqual([]);
    });

    test('every seeded fault is noticed', async () => {
      const faults = seededFaults(provider);
      const { seeded, missed } = await judgeFaults(workspace, provider, faults);
      expect(missed).toEqual([]);
      expect(seeded).toBeGreaterThanOrEqual(rulesOf(provider).length + 7);
    });

    test('no rule refuses the edge of what it allows', async () => {
      expect((await judgeEdges(workspace, provider)).missed).toEqual([]);
    });
  });

  test('a type that the provider does not have', async () => {
    const sound = soundConfiguration('azurerm');
    await workspace.configure({ sound, wrong: { resource: { azurerm_container_apps: { wrong: {} } } } });
    const { diagnostics } = await workspace.validate();
    expect(diagnostics.map(({ summary }) => summary)).toContain('Invalid resource type');
  });

  test('a provider without its features block', async () => {
    await workspace.configure({
      sound: { ...soundConfiguration('azurerm'), provider: { azurerm: [{ tenant_id: 'none' }] } },
    });
    const { diagnostics } = await workspace.validate();
    expect(diagnostics.map(({ summary }) => summary)).toEqual([
      expect.stringContaining('[azurerm.features]'),
    ]);
  });
});

test('every rule has a source, a fault and a name of its own', () => {
  const ids = rules.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(rules.filter(({ faults }) => faults.length === 0)).toEqual([]);
  expect(rules.filter(({ source }) => !source.startsWith('https://'))).toEqual([]);
});
