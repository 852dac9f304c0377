import { type Account, find, type Inventory, only } from './account';
import type { Cdk } from './cdk';
import { checkEdge } from './check-edge';
import { checkModel } from './check-model';
import { checkSame } from './check-same';
import { checkWatching } from './check-watching';
import { checkWorkload, deployedModel, taskDefinition } from './check-workload';
import { type Checklist, StepFailed } from './checklist';
import { STACK } from './deployed';
import type { Run } from './run';

export interface Scene {
  readonly list: Checklist;
  readonly cdk: Cdk;
  readonly account: Account;
  readonly out: string;
}

/** More replicas than the template's minimum, as autoscaling would have made them. */
const SCALED_OUT = 4;

/** From an empty account and back. A step that fails ends it: the ones after it would say nothing. */
export async function runScenario(scene: Scene): Promise<void> {
  try {
    const empty = await bootstrap(scene);
    const first = await deploy(scene);
    await diff(scene);
    const second = await update(scene, first);
    await breakAndRollBack(scene, second);
    await destroy(scene, empty, [first, second]);
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
  }
}

async function bootstrap({ list, cdk, account }: Scene): Promise<Inventory> {
  return list.step('cdk bootstrap', async () => {
    succeeded(list, await cdk.bootstrap());
    const now = await account.describe();
    list.equal('one stack', names(now), ['CDKToolkit']);
    list.equal('bucket for assets', now.buckets.length, 1);
    return now;
  });
}

async function deploy(scene: Scene): Promise<Inventory> {
  const { list, cdk, account, out } = scene;
  return list.step('cdk deploy: version 1', async () => {
    succeeded(list, await cdk.deploy({ version: '1' }));
    const now = await account.describe();
    list.equal('stack', find(now.stacks, STACK)['status'], 'CREATE_COMPLETE');
    checkWorkload(list, now);
    checkEdge(list, now);
    checkWatching(list, now);
    await checkModel(list, account, now, { version: '1', out });
    return now;
  });
}

async function diff({ list, cdk }: Scene): Promise<void> {
  await list.step('cdk diff: nothing', async () => {
    const { status, output } = await cdk.diff({ version: '1' });
    list.equal('no difference', status, 0);
    list.holds('and it says so', output.includes('There were no differences'), output);
  });
}

async function update(scene: Scene, before: Inventory): Promise<Inventory> {
  const { list, cdk, account, out } = scene;
  return list.step('cdk deploy: version 2, scaled out', async () => {
    await account.scale(only(before.services), SCALED_OUT);
    succeeded(list, await cdk.deploy({ version: '2' }));
    const now = await account.describe();
    list.equal('stack', find(now.stacks, STACK)['status'], 'UPDATE_COMPLETE');
    const service = only(now.services);
    list.equal('autoscaling: the deployment does not undo it', service['desiredCount'], SCALED_OUT);
    const { arn } = taskDefinition(now);
    list.equal('service: runs the new revision', service['taskDefinition'], arn);
    list.equal('the old revision is retired', now.retiredTaskDefinitions, [taskDefinition(before).arn]);
    const digests = [before, now].map((inventory) => deployedModel(inventory).digest);
    list.holds('task: another digest', digests[0] !== digests[1], `both are ${digests[0]}`);
    await checkModel(list, account, now, { version: '2', out });
    list.holds('the object of version 1 is still there', hasModel(now, before), now.objects.join('\n'));
    list.equal('service: not replaced', service['serviceArn'], only(before.services)['serviceArn']);
    list.equal(
      'address: unchanged',
      find(now.stacks, STACK)['outputs'],
      find(before.stacks, STACK)['outputs'],
    );
    return now;
  });
}

/** Back to version 1, together with a resource that cannot be created: the service has already changed by then. */
async function breakAndRollBack(scene: Scene, before: Inventory): Promise<void> {
  const { list, cdk, account } = scene;
  await list.step('cdk deploy: a bad update', async () => {
    const { status, output } = await cdk.deploy({ version: '1', broken: 'true' });
    list.equal('cdk fails', status, 1);
    list.holds('and says why', output.includes('inferstack-no-such-role'), output);
    const now = await account.describe();
    list.equal('stack', find(now.stacks, STACK)['status'], 'UPDATE_ROLLBACK_COMPLETE');
    list.equal('a third revision had been made', now.retiredTaskDefinitions.map(revision), [1, 3]);
    checkSame(list, 'as before', before, now);
    list.holds('the object of version 2 is still there', hasModel(now, before), now.objects.join('\n'));
  });
}

async function destroy(scene: Scene, empty: Inventory, deployed: readonly Inventory[]): Promise<void> {
  const { list, cdk, account } = scene;
  await list.step('cdk destroy', async () => {
    succeeded(list, await cdk.destroy());
    const now = await account.describe();
    checkSame(list, 'nothing left', empty, now);
    const kept = deployed.map((inventory) => hasModel(now, inventory));
    list.equal('models stay in the assets bucket, as all assets do', kept, [true, true]);
  });
}

function succeeded(list: Checklist, { status, output }: Run): void {
  if (status !== 0) throw new Error(output);
  list.equal('cdk succeeds', status, 0);
}

const names = ({ stacks }: Inventory): string[] => stacks.map(({ name }) => name);
const revision = (arn: string): number => Number(arn.split(':').pop());

/** Whether the model that was deployed then is in the bucket now. */
function hasModel(now: Inventory, then: Inventory): boolean {
  const { bucket, key } = deployedModel(then);
  return now.objects.includes(`${bucket}/${key}`);
}
