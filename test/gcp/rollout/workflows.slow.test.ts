import { Duration, Rollout } from 'inferstack';
import { Rehearsal, workflowSources } from '../support/rehearsal';
import { synthesize } from '../support/synthesize';
import { workflowProblems } from '../support/workflows/check-workflow';

// The workflows as they are deployed, run against a service of the Admin API.

const minutes = Duration.minutes;
const LINEAR = Rollout.linear({ step: 25, interval: minutes(10), finalBake: minutes(5) });
const BLUE_GREEN = Rollout.blueGreen({ bake: minutes(30) });

let rehearsal: Rehearsal;
const begin = async (started: Promise<Rehearsal>) => {
  rehearsal = await started;
};
afterEach(() => rehearsal.stop());

describe('a first revision', () => {
  test('is stable from the first look on', async () => {
    await begin(Rehearsal.of(LINEAR));
    rehearsal.cloudRun.apply('r1');
    expect(await rehearsal.advance()).toBe('waits for a first revision');
    rehearsal.cloudRun.makeReady('r1');
    await rehearsal.minutes(3);
    expect(rehearsal.shares).toEqual({ r1: 100 });
    expect(rehearsal.outcome).toBe('completed r1');
    expect(rehearsal.cloudRun.annotations['inferstack.dev/model']).toBe('breast-cancer');
  });

  test('that never gets ready is passed over by the one that repairs it', async () => {
    await begin(Rehearsal.of(LINEAR));
    rehearsal.cloudRun.apply('r1');
    await rehearsal.minutes(5);
    rehearsal.cloudRun.apply('r2');
    rehearsal.cloudRun.makeReady('r2');
    await rehearsal.minutes(1);
    expect(rehearsal.shares).toEqual({ r2: 100 });
  });

  test('of an endpoint that followed the latest is named, so that the next one does not follow', async () => {
    const latest = { type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST', percent: 100 };
    await begin(Rehearsal.of(LINEAR, [latest]));
    rehearsal.cloudRun.apply('r1');
    rehearsal.cloudRun.makeReady('r1');
    await rehearsal.minutes(1);
    expect(rehearsal.shares).toEqual({ r1: 100 });
  });
});

describe('a new revision', () => {
  test('gets nothing before it is ready, then its steps, then everything', async () => {
    await begin(Rehearsal.withCandidate(LINEAR));
    rehearsal.cloudRun.history.length = 0;
    await rehearsal.minutes(5);
    expect(rehearsal.cloudRun.history).toEqual([]);
    rehearsal.cloudRun.makeReady('r2');
    await rehearsal.minutes(1);
    expect(rehearsal.shares).toEqual({ r1: 75, r2: 25 });
    await rehearsal.minutes(9);
    expect(rehearsal.shares).toEqual({ r1: 75, r2: 25 });
    await rehearsal.minutes(25);
    expect(rehearsal.cloudRun.history).toEqual([
      { r1: 75, r2: 25 },
      { r1: 50, r2: 50 },
      { r1: 25, r2: 75 },
      { r2: 100 },
    ]);
    expect(rehearsal.outcome).toBe('moving r2');
    // The one to go back to is kept, with its instances, until it is over.
    expect(rehearsal.cloudRun.traffic[1]).toMatchObject({ revision: 'r1', percent: 0, tag: 'stable' });
    await rehearsal.minutes(6);
    expect(rehearsal.outcome).toBe('completed r2');
    expect(rehearsal.cloudRun.traffic).toHaveLength(1);
  });

  test('that does not get ready never gets a request', async () => {
    await begin(Rehearsal.withCandidate(LINEAR));
    await rehearsal.minutes(120);
    expect(rehearsal.cloudRun.history).toEqual([{ r1: 100 }]);
  });

  test('waits while the platform is at work', async () => {
    await begin(Rehearsal.withCandidate(LINEAR));
    rehearsal.cloudRun.makeReady('r2');
    rehearsal.cloudRun.reconciling = true;
    expect(await rehearsal.advance()).toBe('waits for Cloud Run');
    rehearsal.cloudRun.reconciling = false;
    expect(await rehearsal.advance()).toBe('moving: r2');
  });

  test('takes over from one under way, which gives its requests back at once', async () => {
    await begin(Rehearsal.withCandidate(LINEAR));
    rehearsal.cloudRun.makeReady('r2');
    await rehearsal.minutes(1);
    rehearsal.cloudRun.apply('r3');
    await rehearsal.minutes(2);
    expect(rehearsal.shares).toEqual({ r1: 100 });
    rehearsal.cloudRun.makeReady('r3');
    await rehearsal.minutes(1);
    expect(rehearsal.shares).toEqual({ r1: 75, r3: 25 });
  });

  test('gets all at once when blue and green are asked for', async () => {
    await begin(Rehearsal.withCandidate(BLUE_GREEN));
    rehearsal.cloudRun.makeReady('r2');
    await rehearsal.minutes(1);
    expect(rehearsal.shares).toEqual({ r2: 100 });
    await rehearsal.minutes(29);
    expect(rehearsal.outcome).toBe('moving r2');
    await rehearsal.minutes(1);
    expect(rehearsal.outcome).toBe('completed r2');
  });
});

describe('an alarm', () => {
  test.each([
    ['in the first step', 1],
    ['in the second', 12],
    ['while all requests are watched', 32],
  ])('%s gives the requests back, for good', async (_, passed) => {
    await begin(Rehearsal.withCandidate(LINEAR));
    rehearsal.cloudRun.makeReady('r2');
    await rehearsal.minutes(passed);
    expect(rehearsal.shares['r2']).toBeGreaterThan(0);
    expect(await rehearsal.alarm()).toBe('rolledBack: r2');
    expect(rehearsal.shares).toEqual({ r1: 100 });
    await rehearsal.minutes(60);
    // An apply that changes nothing about the revision.
    rehearsal.cloudRun.apply();
    await rehearsal.minutes(60);
    expect(rehearsal.shares).toEqual({ r1: 100 });
    expect(rehearsal.outcome).toBe('rolledBack r2');
  });

  test('does not keep the next revision from its turn', async () => {
    await begin(Rehearsal.withCandidate(BLUE_GREEN));
    rehearsal.cloudRun.makeReady('r2');
    await rehearsal.minutes(1);
    await rehearsal.alarm();
    rehearsal.cloudRun.apply('r3');
    rehearsal.cloudRun.makeReady('r3');
    await rehearsal.minutes(1);
    expect(rehearsal.shares).toEqual({ r3: 100 });
  });

  test('that ended, or while nothing moves, does nothing', async () => {
    await begin(Rehearsal.withCandidate(LINEAR));
    expect(await rehearsal.alarm()).toBe('nothing to take back: completed');
    rehearsal.cloudRun.makeReady('r2');
    await rehearsal.minutes(1);
    expect(await rehearsal.alarm('closed')).toBe('no open incident');
    expect(rehearsal.shares).toEqual({ r1: 75, r2: 25 });
    await rehearsal.minutes(60);
    expect(await rehearsal.alarm()).toBe('nothing to take back: completed');
    expect(rehearsal.shares).toEqual({ r2: 100 });
  });
});

describe('others who write to the service', () => {
  test('make a step fail without effect, and the next look does it', async () => {
    await begin(Rehearsal.withCandidate(LINEAR));
    rehearsal.cloudRun.makeReady('r2');
    rehearsal.cloudRun.interfere = () => rehearsal.cloudRun.apply();
    await expect(rehearsal.advance()).rejects.toThrow('the resource was changed');
    expect(rehearsal.shares).toEqual({ r1: 100 });
    rehearsal.cloudRun.interfere = () => undefined;
    await rehearsal.minutes(1);
    expect(rehearsal.shares).toEqual({ r1: 75, r2: 25 });
  });

  test('do not keep a rollback from happening', async () => {
    await begin(Rehearsal.withCandidate(LINEAR));
    rehearsal.cloudRun.makeReady('r2');
    await rehearsal.minutes(1);
    let times = 3;
    rehearsal.cloudRun.interfere = () => {
      times -= 1;
      if (times > 0) rehearsal.cloudRun.apply();
    };
    expect(await rehearsal.alarm()).toBe('rolledBack: r2');
    expect(times).toBe(0);
    expect(rehearsal.shares).toEqual({ r1: 100 });
  });

  test('have the last word when they move requests by hand', async () => {
    await begin(Rehearsal.withCandidate(LINEAR));
    rehearsal.cloudRun.makeReady('r2');
    await rehearsal.minutes(1);
    rehearsal.cloudRun.moveByHand({ r1: 40, r2: 60 });
    await rehearsal.minutes(60);
    expect(rehearsal.shares).toEqual({ r1: 40, r2: 60 });
    expect(rehearsal.outcome).toBe('byHand r2');
  });

  test('go back after the end, and nothing brings the revision again', async () => {
    await begin(Rehearsal.withCandidate(BLUE_GREEN));
    rehearsal.cloudRun.makeReady('r2');
    await rehearsal.minutes(60);
    rehearsal.cloudRun.moveByHand({ r1: 100 });
    await rehearsal.minutes(60);
    expect(rehearsal.shares).toEqual({ r1: 100 });
  });

  test('take back by hand what an alarm would', async () => {
    await begin(Rehearsal.withCandidate(LINEAR));
    rehearsal.cloudRun.makeReady('r2');
    await rehearsal.minutes(1);
    expect(await rehearsal.rollBackByHand()).toBe('rolledBack: r2');
    expect(rehearsal.shares).toEqual({ r1: 100 });
  });
});

test('Workflows takes the sources, also of the most steps there can be', async () => {
  await begin(Rehearsal.of(LINEAR));
  const rollout = Rollout.linear({ step: 1, interval: minutes(10) });
  const sources = workflowSources(synthesize({ release: '1' }, { rollout }));
  expect(Object.keys(sources).sort()).toEqual(['RollbackWorkflow', 'RolloutWorkflow']);
  expect(Object.values(sources).flatMap(workflowProblems)).toEqual([]);
  const spoiled = (from: string, to: string) => workflowProblems(sources.RolloutWorkflow.replace(from, to));
  expect(spoiled('"withdraw_done"', '"withdraw"')).toEqual(['main has two steps withdraw']);
  expect(spoiled('${done}', '${is_ready(service, seen)}')).toEqual([
    'main: an expression calls is_ready, which waits',
  ]);
});
