import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Case, Upgrade } from './cases/case';
import { soundConfiguration } from './faults/seed';
import { soundAzure } from './faults/sound-azure';
import { spoil } from './faults/spoil';
import { checkStack, stacksIn } from './judge/check-stack';
import { checkUpgrade } from './judge/check-upgrade';
import type { Fault } from './judge/rules/rule';
import { describeWithTerraform } from './support/with-terraform';

const APP = 'azurerm_container_app';

describeWithTerraform('stacks', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'terraform-stacks-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  test('a sound one is applied and then has nothing to change', async () => {
    stack('sound', {}).synthesize(directory);
    const [found, ...others] = stacksIn(directory);
    expect(others).toEqual([]);
    const { problems, resources } = await checkStack(found!);
    expect(problems).toEqual([]);
    expect(resources).toBe(Object.keys(soundAzure).length);
  });

  test('what terraform refuses is a problem', async () => {
    stack('faulty', { replicas: 2 }).synthesize(directory);
    const { problems } = await checkStack(stacksIn(directory)[0]!);
    expect(problems).toContainEqual(expect.stringContaining('Extraneous JSON object property'));
  });

  test('an upgrade may change what it is expected to, and nothing else', async () => {
    const second = { 'template.0.revision_suffix': 'r3' };
    const { problems, changes } = await checkUpgrade(upgrade(second), directory);
    expect(changes).toEqual([`update ${APP}.sound`]);
    expect(problems).toEqual([]);
  });

  test('an upgrade that replaces a resource is a problem', async () => {
    const { problems } = await checkUpgrade(upgrade({ name: 'other' }), directory);
    expect(problems).toContainEqual(`was not expected to delete+create ${APP}.sound`);
  });
});

function upgrade(second: Fault): Upgrade {
  return {
    name: 'app',
    first: stack('first', {}),
    second: stack('second', second),
    expected: { [APP]: 'update' },
  };
}

/** The sound configuration with a fault, as cdktf would write it. */
function stack(name: string, fault: Fault): Case {
  const sound = soundConfiguration('azurerm');
  const resource = { ...(sound['resource'] as object), [APP]: { sound: spoil(soundAzure[APP]!, fault) } };
  const backend = { azurerm: { container_name: 'state', key: 'serving' } };
  return {
    name,
    synthesize(directory) {
      const folder = path.join(directory, 'stacks', name);
      mkdirSync(folder, { recursive: true });
      const text = JSON.stringify({ ...sound, resource, terraform: { backend } });
      writeFileSync(path.join(folder, 'cdk.tf.json'), text);
    },
  };
}
