import path from 'node:path';
import type { Case, Upgrade } from '../cases';
import { stacksIn } from './check-stack';
import { type ResourceChange, Workspace } from './terraform';

export interface UpgradeVerdict {
  readonly problems: readonly string[];
  /** What the second version changed, `update azurerm_container_app.Endpoint_App`. */
  readonly changes: readonly string[];
}

/**
 * Applies the first version, then the second, then the first again: the second may change only what is expected,
 * and the way back must end in the very state it began with.
 */
export async function checkUpgrade(
  { name, first, second, expected }: Upgrade,
  directory: string,
): Promise<UpgradeVerdict> {
  const workspace = new Workspace();
  try {
    const start = synthesized(first, path.join(directory, name, 'first'));
    await workspace.configureFrom(start);
    await workspace.apply();
    const before = JSON.stringify(await workspace.state());

    await workspace.configureFrom(synthesized(second, path.join(directory, name, 'second')));
    const { changes } = await workspace.plan();
    await workspace.apply();
    const problems = changes.filter((change) => !isExpected(change, expected)).map(unexpected);
    if (changes.length === 0) problems.push('the second version changes nothing');

    await workspace.configureFrom(start);
    await workspace.apply();
    if (JSON.stringify(await workspace.state()) !== before)
      problems.push('the way back ends in another state');
    return { problems, changes: changes.map(described) };
  } finally {
    workspace.close();
  }
}

function synthesized(version: Case, directory: string): string {
  version.synthesize(directory);
  const [stack] = stacksIn(directory);
  if (stack === undefined) throw new Error(`${version.name} made no stack`);
  return stack;
}

function isExpected({ type, change: { actions } }: ResourceChange, expected: Upgrade['expected']): boolean {
  return actions.length === 1 && expected[type] === actions[0];
}

function described({ address, change: { actions } }: ResourceChange): string {
  return `${actions.join('+')} ${address}`;
}

function unexpected(change: ResourceChange): string {
  return `was not expected to ${described(change)}`;
}
