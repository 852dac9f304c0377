import type { RolloutPlan } from '../../core';
import {
  add,
  addSeconds,
  and,
  at,
  body,
  coalesce,
  contains,
  type Expression,
  either,
  elementAt,
  equals,
  greater,
  greaterOrEquals,
  int,
  item,
  itemOf,
  json,
  list,
  min,
  no,
  not,
  number,
  or,
  startsWith,
  sub,
  text,
  textOf,
  ticks,
  utcNow,
  within,
  yes,
} from './expressions';
import {
  changeApp,
  isEmpty,
  LATEST,
  latestRevision,
  NOTHING,
  READ_APP,
  SERVED,
  served,
  state,
  traffic,
} from './rollout-state';
import {
  choose,
  fail,
  filter,
  forEach,
  inOrder,
  resourceManager,
  select,
  type WorkflowActions,
  when,
} from './workflow-actions';

const ALL = number(100);
const stable = state('stable');
const candidate = state('candidate');
const rejected = state('rejected');
const step = int(state('step'));
const goBack = [{ revision: stable, percent: ALL }];

/**
 * What happens every minute: reads the app, sees where the rollout stands, and does the one thing that is next. It
 * holds nothing between two runs but the tags of the app, so that a run that fails is made good by the next.
 */
/** @param revision that the program deploys */
export function rolloutWorkflow(appId: string, plan: RolloutPlan, revision: string): WorkflowActions {
  const decide = choose(
    decision(revision),
    {
      Pin: pin(appId),
      Adopt: { Adopt_revision: changeApp(appId, { ...settled, stable: served, rejected: left }) },
      Begin: begin(appId, plan),
      Restore: { Restore_stable: changeApp(appId, settled, { shares: goBack }) },
      Give_up: { Note_hand: changeApp(appId, { ...settled, rejected: candidate }) },
      Watch: watch(appId, plan),
      Sweep: sweep(appId),
      Tell_missing: { Say_missing: fail('RevisionMissing', MISSING) },
      Rest: {},
    },
    {
      Say_unclear: fail('UnclearTraffic', 'Several revisions get requests, and no tag says which is stable.'),
    },
  );
  return inOrder(
    [READ_APP, resourceManager('GET', appId)],
    [SERVED, select(coalesce(traffic, json(text('[]'))), servedName)],
    ['Decide', decide],
  );
}

/** Of a revision that gets requests; empty for the others. */
const servedName = either(
  greater(coalesce(at(item(), 'weight'), number(0)), number(0)),
  either(equals(at(item(), 'latestRevision'), yes), text(LATEST), at(item(), 'revisionName')),
  NOTHING,
);

/** Azure makes no revision, and says nothing, when its name was there before. */
const MISSING =
  'The latest revision is not the one that the program deploys: its name was taken before, or somebody changed the app by hand. Raise release.';

/** No candidate is tried. */
const settled = { candidate: NOTHING, step: NOTHING, since: NOTHING } as const;
/** Whoever moved the requests away from the latest revision by hand does not want it back. */
const left = either(or(isEmpty(stable), equals(latestRevision, served)), rejected, latestRevision);

const decision = (revision: string): Expression =>
  firstOf(
    [and(isEmpty(stable), equals(served, text(LATEST))), 'Pin'],
    [and(isEmpty(stable), or(isEmpty(served), contains(served, text(' ')))), 'Say'],
    [isEmpty(stable), 'Adopt'],
    // A newer release ends the trial of the one before; a rejected candidate is one whose rollback was overwritten.
    [
      and(not(isEmpty(candidate)), or(equals(candidate, rejected), not(equals(candidate, latestRevision)))),
      'Restore',
    ],
    [and(not(isEmpty(candidate)), not(contains(body(SERVED), candidate))), 'Give_up'],
    [not(isEmpty(candidate)), 'Watch'],
    [movedByHand(), 'Adopt'],
    [not(equals(served, stable)), 'Restore'],
    [equals(state('sweep'), text('yes')), 'Sweep'],
    [not(contains(list(stable, rejected), latestRevision)), 'Begin'],
    // A program that goes back to what serves deploys nothing, while the rejected one stays the latest.
    [not(contains(list(stable, latestRevision), text(revision))), 'Tell_missing'],
    [yes, 'Rest'],
  );

/** All requests go to one revision by its name, and not to one that was rolled back. */
function movedByHand(): Expression {
  const others = list(NOTHING, stable, rejected, text(LATEST));
  return and(not(contains(others, served)), not(contains(served, text(' '))));
}

function firstOf(...choices: readonly (readonly [Expression, string])[]): Expression {
  return choices.reduceRight<Expression>(
    (otherwise, [condition, name]) => either(condition, text(name), otherwise),
    text('Rest'),
  );
}

/** The first revision of an app has all requests by being the latest: from now on it has them by name. */
function pin(appId: string): WorkflowActions {
  const pinned = changeApp(
    appId,
    { ...settled, stable: latestRevision },
    { shares: [{ revision: latestRevision, percent: ALL }] },
  );
  return inOrder(
    ['Read_first', readRevision(appId, latestRevision)],
    ['If_first_is_ready', when(isReady('Read_first'), { Pin_first: pinned })],
  );
}

/** The latest revision is a new one; it gets its first share when it is ready. */
function begin(appId: string, plan: RolloutPlan): WorkflowActions {
  const begun = changeApp(
    appId,
    { candidate: latestRevision, step: text('0'), since: utcNow() },
    { shares: split(latestRevision, elementAt(percents(plan), number(0))) },
  );
  return inOrder(
    ['Read_latest', readRevision(appId, latestRevision)],
    ['If_latest_is_ready', when(isReady('Read_latest'), { Move_first_share: begun })],
  );
}

function watch(appId: string, plan: RolloutPlan): WorkflowActions {
  const next = add(step, number(1));
  const moved = changeApp(
    appId,
    { step: textOf(next), since: utcNow() },
    { shares: split(candidate, elementAt(percents(plan), next)) },
  );
  const finished = changeApp(
    appId,
    { ...settled, stable: candidate, sweep: text('yes') },
    { shares: [{ revision: candidate, percent: ALL }] },
  );
  const rolledBack = changeApp(appId, { ...settled, rejected: candidate }, { shares: goBack });
  const goOn = when(
    greaterOrEquals(step, number(plan.steps.length)),
    { Finish: finished },
    { Move_next_share: moved },
  );
  const ready = and(isReady('Read_candidate'), timeIsUp(plan));
  return inOrder(
    ['Read_candidate', readRevision(appId, candidate)],
    [
      'If_candidate_fails',
      when(
        isFailing('Read_candidate'),
        { Roll_back: rolledBack },
        { If_time_is_up: when(ready, { If_last_step: goOn }) },
      ),
    ],
  );
}

/** Replaced revisions would keep their replicas: none of them is asked any more. */
function sweep(appId: string): WorkflowActions {
  const name = at(item(), 'name');
  const replaced = and(
    equals(at(item(), 'properties', 'active'), yes),
    not(contains(list(stable, latestRevision), name)),
  );
  const off = `${appId}/revisions/${within(at(itemOf('For_each_replaced'), 'name'))}/deactivate`;
  return inOrder(
    ['Read_revisions', resourceManager('GET', `${appId}/revisions`)],
    ['Replaced', filter(at(body('Read_revisions'), 'value'), replaced)],
    ['For_each_replaced', forEach(body('Replaced'), { Switch_off: resourceManager('POST', off) })],
    ['Note_swept', changeApp(appId, { sweep: NOTHING })],
  );
}

const readRevision = (appId: string, revision: Expression) =>
  resourceManager('GET', `${appId}/revisions/${within(revision)}`);

/** Ready is past the golden samples: that is what the probes of the replicas ask. */
function isReady(read: string): Expression {
  const of = (property: string) => at(body(read), 'properties', property);
  // Besides `Running` there is `RunningAtMaxScale`.
  const runs = startsWith(coalesce(of('runningState'), NOTHING), text('Running'));
  return and(
    equals(of('healthState'), text('Healthy')),
    equals(of('provisioningState'), text('Provisioned')),
    runs,
  );
}

function isFailing(read: string): Expression {
  const of = (property: string) => at(body(read), 'properties', property);
  const stopped = contains(list(text('Degraded'), text('Failed'), text('Stopped')), of('runningState'));
  return or(equals(of('active'), no), equals(of('healthState'), text('Unhealthy')), stopped);
}

function timeIsUp(plan: RolloutPlan): Expression {
  const seconds = [...plan.steps.map(({ holdSeconds }) => holdSeconds), plan.bakeSeconds];
  // A program with fewer steps may have been applied since.
  const hold = elementAt(list(...seconds.map(number)), min(step, number(plan.steps.length)));
  return greaterOrEquals(ticks(utcNow()), ticks(addSeconds(state('since'), hold)));
}

/** Shares of the candidate by step; all requests come last. */
const percents = ({ steps }: RolloutPlan): Expression =>
  list(...steps.map(({ percent }) => number(percent)), ALL);

const split = (revision: Expression, percent: Expression) => [
  { revision: stable, percent: sub(ALL, percent) },
  { revision, percent },
];
