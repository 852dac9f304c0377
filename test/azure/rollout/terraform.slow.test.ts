import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from '../../support/temporary-folder';
import { azureReleases, azureUpgrade } from '../../terraform/cases/azure';
import type { Case } from '../../terraform/cases/case';
import { stacksIn } from '../../terraform/judge/check-stack';
import { Workspace } from '../../terraform/judge/terraform';
import { describeWithTerraform } from '../../terraform/support/with-terraform';
import type { Resource } from '../support/synthesize';

const APP = 'azurerm_container_app';

describeWithTerraform('releases, planned and applied by the real terraform', () => {
  let workspace: Workspace;
  beforeEach(() => {
    workspace = new Workspace();
  });
  afterEach(() => workspace.close());

  test('a new revision changes neither weights nor state; before the first is pinned it is refused', async () => {
    const [first, second, third] = azureReleases;
    await workspace.configureFrom(synthesized(first, 'first'));
    await workspace.apply();
    const v1 = String(appIn(workspace)['latest_revision_name']);

    await workspace.configureFrom(synthesized(second, 'second'));
    await expect(workspace.plan()).rejects.toThrow(/has its requests by\s+being the latest one/);

    // What the workflows do in the meantime.
    const stable = { latest_revision: false, percentage: 100, revision_suffix: v1.split('--')[1] };
    changeApp(workspace, (app) => {
      app['ingress'][0].traffic_weight = [{ ...app['ingress'][0].traffic_weight[0], ...stable }];
      app['tags'] = { ...app['tags'], 'inferstack-stable': v1, 'inferstack-candidate': '' };
    });
    const { changes } = await workspace.plan();
    expect(changes.filter(({ change }) => change.actions.includes('delete'))).toEqual([]);
    const { before, after } = changes.find(({ type }) => type === APP)!.change as {
      before: Resource;
      after: Resource;
    };
    expect(after['ingress']).toEqual(before['ingress']);
    expect(after['tags']).toEqual(before['tags']);
    expect(after['tags']).toMatchObject({ 'inferstack-stable': v1 });
    expect(after['template'][0].revision_suffix).not.toBe(before['template'][0].revision_suffix);
    await workspace.apply();

    // Rolled back: planning the same program again has nothing to do.
    changeApp(workspace, (app) => {
      app['tags'] = { ...app['tags'], 'inferstack-rejected': `${app['name']}--r1-rejected` };
    });
    expect((await workspace.plan()).changes).toEqual([]);

    await workspace.configureFrom(synthesized(third, 'third'));
    await workspace.apply();
    const suffix = appIn(workspace)['template'][0].revision_suffix as string;
    expect(suffix).toBe(v1.split('--')[1]!.replace('r1-', 'r2-'));
    expect(appIn(workspace)['ingress'][0].traffic_weight).toMatchObject([stable]);
  });

  test('all at once: the package of the version before stays while it is listed', async () => {
    await workspace.configureFrom(synthesized(azureUpgrade.first, 'one'));
    await workspace.apply();
    await workspace.configureFrom(synthesized(azureUpgrade.second, 'two'));
    const { changes } = await workspace.plan();
    const blobs = changes.filter(({ type }) => type === 'azurerm_storage_blob');
    expect(blobs.map(({ change }) => change.actions)).toEqual([['create']]);
    expect(changes.filter(({ change }) => change.actions.includes('delete'))).toEqual([]);
  });
});

function synthesized(release: Case, name: string): string {
  const directory = path.join(temporaryFolder(), name);
  release.synthesize(directory);
  return stacksIn(directory)[0]!;
}

const stateFile = ({ directory }: Workspace): string => path.join(directory, 'terraform.tfstate');

interface State {
  readonly resources: readonly {
    readonly type: string;
    readonly instances: readonly [{ attributes: Resource }];
  }[];
}

const readState = (workspace: Workspace): State =>
  JSON.parse(readFileSync(stateFile(workspace), 'utf8')) as State;

const appOf = ({ resources }: State): Resource =>
  resources.find(({ type }) => type === APP)!.instances[0].attributes;

const appIn = (workspace: Workspace): Resource => appOf(readState(workspace));

/** What the provider reads the next time. */
function changeApp(workspace: Workspace, change: (app: Resource) => void): void {
  const state = readState(workspace);
  change(appOf(state));
  writeFileSync(stateFile(workspace), JSON.stringify(state));
}
