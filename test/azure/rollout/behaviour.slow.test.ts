import { Duration, Rollout } from 'inferstack';
import { alert, gated, RolloutRig } from './support/rollout-rig';

const rigs: RolloutRig[] = [];
const templates = {
  canary: gated(),
  linear: gated(Rollout.linear({ step: 40, interval: Duration.minutes(10) })),
  blueGreen: gated(Rollout.blueGreen({ bake: Duration.minutes(30) })),
};

async function rig(strategy: keyof typeof templates = 'canary'): Promise<RolloutRig> {
  const made = await new RolloutRig(templates[strategy]).start();
  rigs.push(made);
  return made;
}

afterEach(async () => {
  for (const made of rigs.splice(0)) {
    await made.azure.stop();
    // Nothing the workflows asked for was refused, but for what a test refuses itself.
    if (!made.azure.busy) expect(made.azure.refused).toEqual([]);
  }
});

describe('the first revision', () => {
  test('is pinned by its name once it is ready', async () => {
    const made = await rig();
    const { azure } = made;
    const first = azure.deploy('r1-a');
    await made.minutes(3);
    expect(azure.moves).toEqual([]);
    Object.assign(azure.revisions.get(first)!, { healthState: 'Healthy', runningState: 'RunningAtMaxScale' });
    await made.minutes(1);
    expect(azure.traffic).toEqual([{ revisionName: first, weight: 100 }]);
    expect(azure.tags).toMatchObject({
      'inferstack-stable': first,
      'inferstack-endpoint': 'serving-endpoint',
    });
    await made.minutes(5);
    expect(azure.moves).toHaveLength(1);
  });

  test('is whichever one was pinned by hand, when the app had no steps before', async () => {
    const made = await rig();
    const old = made.azure.deployReady('abc123');
    made.azure.traffic = [{ revisionName: old, weight: 100 }];
    const next = made.azure.deployReady('r1-b');
    await made.minutes(2);
    expect(made.azure.shares).toEqual({ [old]: 90, [next]: 10 });
  });
});

describe('a good revision', () => {
  test('gets its share, all requests after the hold, and is stable after the bake; then the old one is switched off', async () => {
    const made = await rig();
    const { azure } = made;
    const v1 = await made.first();
    const v2 = azure.deployReady('r1-b');
    await made.minutes(1);
    expect(azure.shares).toEqual({ [v1]: 90, [v2]: 10 });
    await made.minutes(9);
    expect(azure.shares).toEqual({ [v1]: 90, [v2]: 10 });
    await made.minutes(1);
    expect(azure.shares).toEqual({ [v2]: 100 });
    await made.minutes(4);
    expect(azure.tags).toMatchObject({ 'inferstack-stable': v1, 'inferstack-candidate': v2 });
    await made.minutes(1);
    expect(azure.tags).toMatchObject({ 'inferstack-stable': v2, 'inferstack-candidate': '' });
    expect(azure.revisions.get(v1)!.active).toBe(true);
    await made.minutes(1);
    expect(azure.revisions.get(v1)!.active).toBe(false);
    const moves = azure.moves.length;
    await made.minutes(20);
    expect(azure.moves).toHaveLength(moves);
  });

  test('goes on when a program with fewer steps is applied meanwhile', async () => {
    const made = await rig('linear');
    await made.first();
    const v2 = made.azure.deployReady('r1-b');
    await made.minutes(21);
    expect(made.azure.tags['inferstack-step']).toBe('2');
    made.template = templates.canary;
    await made.minutes(5);
    expect(made.azure.shares).toEqual({ [v2]: 100 });
    expect(made.azure.tags['inferstack-stable']).toBe(v2);
  });

  test('does so whether or not tags that a change leaves out stay', async () => {
    const made = await rig();
    made.azure.keepsTags = false;
    await made.first();
    const v2 = made.azure.deployReady('r1-b');
    await made.minutes(30);
    expect(made.azure.shares).toEqual({ [v2]: 100 });
    expect(made.azure.tags).toMatchObject({
      'inferstack-stable': v2,
      'inferstack-endpoint': 'serving-endpoint',
    });
  });

  test('goes through every step of a linear rollout', async () => {
    const made = await rig('linear');
    const v1 = await made.first();
    const v2 = made.azure.deployReady('r1-b');
    await made.minutes(40);
    expect(made.azure.moves.slice(1)).toEqual([
      [
        { revisionName: v1, weight: 60 },
        { revisionName: v2, weight: 40 },
      ],
      [
        { revisionName: v1, weight: 20 },
        { revisionName: v2, weight: 80 },
      ],
      [
        { revisionName: v1, weight: 0 },
        { revisionName: v2, weight: 100 },
      ],
      [{ revisionName: v2, weight: 100 }],
    ]);
  });

  test('gets all requests at once by blue-green, and the old one is there to go back to', async () => {
    const made = await rig('blueGreen');
    const v1 = await made.first();
    const v2 = made.azure.deployReady('r1-b');
    await made.minutes(1);
    expect(made.azure.shares).toEqual({ [v2]: 100 });
    await made.minutes(29);
    expect(made.azure.revisions.get(v1)!.active).toBe(true);
    await made.run('RollbackWorkflow', alert('Fired'));
    expect(made.azure.shares).toEqual({ [v1]: 100 });
  });
});

describe('a bad revision', () => {
  test.each([
    ['is not ready', { healthState: 'None', runningState: 'Processing' }],
    ['is unhealthy', { healthState: 'Unhealthy', runningState: 'Degraded' }],
    ['failed', { healthState: 'Unhealthy', runningState: 'Failed' }],
  ] as const)('never gets a request when it %s', async (_, state) => {
    const made = await rig();
    const v1 = await made.first();
    made.azure.deploy('r1-b', { ...state });
    await made.minutes(25);
    expect(made.azure.moves).toEqual([[{ revisionName: v1, weight: 100 }]]);
  });

  test('that gets unhealthy at a step is taken back within a minute', async () => {
    const made = await rig();
    const v1 = await made.first();
    const v2 = made.azure.deployReady('r1-b');
    await made.minutes(3);
    Object.assign(made.azure.revisions.get(v2)!, { healthState: 'Unhealthy', runningState: 'Degraded' });
    await made.minutes(1);
    expect(made.azure.shares).toEqual({ [v1]: 100 });
    Object.assign(made.azure.revisions.get(v2)!, { healthState: 'Healthy', runningState: 'Running' });
    await made.minutes(25);
    expect(made.azure.shares).toEqual({ [v1]: 100 });
  });

  test('is waited for while Azure says nothing of its health', async () => {
    const made = await rig();
    const v1 = await made.first();
    const v2 = made.azure.deployReady('r1-b');
    await made.minutes(1);
    Object.assign(made.azure.revisions.get(v2)!, { runningState: 'Processing' });
    await made.minutes(25);
    expect(made.azure.shares).toEqual({ [v1]: 90, [v2]: 10 });
  });
});

describe('an alert', () => {
  test.each([
    ['in the first step', 3],
    ['while it has all requests', 13],
  ])('%s gives them back to the stable revision, and for good', async (_, minutes) => {
    const made = await rig();
    const v1 = await made.first();
    const v2 = made.azure.deployReady('r1-b');
    await made.minutes(minutes);
    expect(made.azure.shares[v2]).toBeGreaterThan(0);
    expect((await made.run('RollbackWorkflow', alert('Fired'))).status).toBe('Succeeded');
    expect(made.azure.shares).toEqual({ [v1]: 100 });
    expect(made.azure.tags).toMatchObject({ 'inferstack-rejected': v2, 'inferstack-candidate': '' });
    await made.minutes(40);
    expect(made.azure.shares).toEqual({ [v1]: 100 });
    // Nothing is switched off: whoever looks for the cause finds it running.
    expect([...made.azure.revisions.values()].map(({ active }) => active)).toEqual([true, true]);
  });

  test('leaves the way free for the next release', async () => {
    const made = await rig();
    const v1 = await made.first();
    const v2 = made.azure.deployReady('r1-b');
    await made.minutes(3);
    await made.run('RollbackWorkflow', alert('Fired'));
    const again = made.azure.deployReady('r2-b');
    await made.minutes(30);
    expect(made.azure.shares).toEqual({ [again]: 100 });
    expect([v1, v2].map((name) => made.azure.revisions.get(name)!.active)).toEqual([false, false]);
  });

  test('and a program that goes back to what serves is all there is to do', async () => {
    const made = await rig();
    const v1 = await made.first('r1-a');
    made.azure.deployReady('r1-b');
    await made.minutes(3);
    await made.run('RollbackWorkflow', alert('Fired'));
    made.azure.deployReady('r1-a');
    await made.minutes(3);
    expect(made.azure.shares).toEqual({ [v1]: 100 });
    made.azure.deployed = 'serving-endpoint--r1-of-nobody';
    expect((await made.run('RolloutWorkflow')).errors).toEqual(['Say_missing: RevisionMissing']);
  });

  test('that is over, or that comes without a rollout, moves nothing', async () => {
    const made = await rig();
    const v1 = await made.first();
    await made.run('RollbackWorkflow', alert('Fired'));
    const v2 = made.azure.deployReady('r1-b');
    await made.minutes(2);
    await made.run('RollbackWorkflow', alert('Resolved'));
    expect(made.azure.shares).toEqual({ [v1]: 90, [v2]: 10 });
  });

  test('wins over a run that read before it and writes after it', async () => {
    const made = await rig();
    const v1 = await made.first();
    const v2 = made.azure.deployReady('r1-b');
    await made.minutes(10);
    made.clock.advance(60_000);
    made.clock.hurried = false;
    let late = (): void => undefined;
    const reached = new Promise<void>((arrived) => {
      made.azure.beforePatch = () => {
        arrived();
        made.azure.beforePatch = async () => undefined;
        return new Promise((go) => {
          late = go;
        });
      };
    });
    const moving = made.run('RolloutWorkflow');
    await reached;
    const rollback = made.run('RollbackWorkflow', alert('Fired'));
    await until(() => made.clock.sleeping === 1);
    expect(made.azure.shares).toEqual({ [v1]: 100 });
    late();
    await moving;
    expect(made.azure.shares).toEqual({ [v2]: 100 });
    made.clock.advance(45_000);
    await until(() => made.clock.sleeping === 1);
    expect(made.azure.shares).toEqual({ [v1]: 100 });
    made.clock.advance(45_000);
    expect((await rollback).status).toBe('Succeeded');
    await made.minutes(30);
    expect(made.azure.shares).toEqual({ [v1]: 100 });
  });

  test('that cannot be obeyed ends as a failed run, after trying for minutes', async () => {
    const made = await rig();
    await made.first();
    made.azure.deployReady('r1-b');
    await made.minutes(2);
    made.azure.busy = true;
    const run = await made.run('RollbackWorkflow', alert('Fired'));
    expect(run.status).toBe('Failed');
    expect(run.errors).toContain('Say_so: NotRolledBack');
    expect(made.azure.refused).toHaveLength(10);
    expect(made.clock.slept).toBe(450_000);
  });
});

describe('others who move requests', () => {
  test('an apply that was planned before a rollback does not bring the rejected revision back', async () => {
    const made = await rig();
    const v1 = await made.first();
    const v2 = made.azure.deployReady('r1-b');
    await made.minutes(3);
    const planned = made.azure.traffic;
    await made.run('RollbackWorkflow', alert('Fired'));
    made.azure.traffic = planned;
    expect(made.azure.shares[v2]).toBe(10);
    await made.minutes(1);
    expect(made.azure.shares).toEqual({ [v1]: 100 });
    made.azure.traffic = [{ latestRevision: true, weight: 100 }];
    await made.minutes(1);
    expect(made.azure.shares).toEqual({ [v1]: 100 });
  });

  test('a newer release ends the trial of the one before, and begins its own from the stable one', async () => {
    const made = await rig();
    const v1 = await made.first();
    const v2 = made.azure.deployReady('r1-b');
    await made.minutes(12);
    expect(made.azure.shares).toEqual({ [v2]: 100 });
    const v3 = made.azure.deployReady('r1-c');
    await made.minutes(1);
    expect(made.azure.shares).toEqual({ [v1]: 100 });
    await made.minutes(1);
    expect(made.azure.shares).toEqual({ [v1]: 90, [v3]: 10 });
  });

  test('a hand that takes the requests away during a rollout rejects the revision', async () => {
    const made = await rig();
    const v1 = await made.first();
    const v2 = made.azure.deployReady('r1-b');
    await made.minutes(3);
    made.azure.traffic = [
      { revisionName: v1, weight: 100 },
      { revisionName: v2, weight: 0 },
    ];
    await made.minutes(25);
    expect(made.azure.shares).toEqual({ [v1]: 100 });
    expect(made.azure.tags['inferstack-rejected']).toBe(v2);
  });

  test('a hand that goes back after a rollout makes that revision the stable one', async () => {
    const made = await rig();
    const v1 = await made.first();
    const v2 = made.azure.deployReady('r1-b');
    await made.minutes(30);
    expect(made.azure.shares).toEqual({ [v2]: 100 });
    made.azure.revisions.get(v1)!.active = true;
    made.azure.traffic = [{ revisionName: v1, weight: 100 }];
    await made.minutes(25);
    expect(made.azure.shares).toEqual({ [v1]: 100 });
    expect(made.azure.tags).toMatchObject({ 'inferstack-stable': v1, 'inferstack-rejected': v2 });
  });

  test('a release whose name was taken before is told, since Azure makes no revision of it', async () => {
    const made = await rig();
    const v1 = await made.first('r1-a');
    const v2 = made.azure.deployReady('r1-b');
    await made.minutes(25);
    made.azure.deployReady('r1-a');
    const run = await made.run('RolloutWorkflow');
    expect(run).toMatchObject({ status: 'Failed', errors: ['Say_missing: RevisionMissing'] });
    expect(made.azure.shares).toEqual({ [v2]: 100 });
    const again = made.azure.deployReady('r2-a');
    await made.minutes(25);
    expect(made.azure.shares).toEqual({ [again]: 100 });
    expect(v1).not.toBe(again);
  });

  test('what nobody can make sense of is told', async () => {
    const made = await rig();
    const one = made.azure.deployReady('a');
    const two = made.azure.deployReady('b');
    made.azure.traffic = [
      { revisionName: one, weight: 50 },
      { revisionName: two, weight: 50 },
    ];
    const run = await made.run('RolloutWorkflow');
    expect(run).toMatchObject({ status: 'Failed', errors: ['Say_unclear: UnclearTraffic'] });
  });
});

/** Requests between the fake and the workflows take real time. */
async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('it never came');
    await new Promise((later) => setTimeout(later, 5));
  }
}
