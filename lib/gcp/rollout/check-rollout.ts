import type { Gate } from '@inferstack/runtime/contract';
import {
  DEFAULT_ROLLOUT,
  type EndpointPlan,
  isUnresolved,
  type LateGate,
  lateGates,
  refusedRollout,
} from '../../core';
import type { Checker } from '../checker';
import type { CloudRunEndpointOptions } from '../cloud-run-options';
import type { EndpointContext } from '../context';
import { movesTraffic } from './moves-traffic';
import { maxReleaseLength } from './release';
import { STABLE_TAG } from './rollout-state';

const ABILITIES = {
  strategies: ['rolling', 'canary', 'linear', 'blueGreen'],
  gates: ['errors', 'latency'],
} as const;

/**
 * Metrics are written once a minute and seen up to three minutes later: in less, an alarm says nothing of the step.
 * Source: https://cloud.google.com/monitoring/api/metrics_gcp_p_z#gcp-run
 */
const LEAST_WATCH_SECONDS = 240;
/** Of a service's name with a tag: `Combined traffic tag and service name cannot exceed 46 characters`, the API says. */
const MAX_TAGGED_NAME = 46;

/** Refuses rollouts that Cloud Run and its metrics cannot do, and releases that have no name. */
export function checkRollout(
  check: Checker,
  context: EndpointContext,
  { release }: CloudRunEndpointOptions,
): void {
  const { plan } = context;
  const refused = refusedRollout(plan, ABILITIES);
  for (const { prop, finding } of refused) check.unsupported(prop, finding);
  if (release !== undefined) checkRelease(check, context, release);
  if (!movesTraffic(plan)) checkBake(check, plan);
  else if (refused.every(({ prop }) => prop !== 'rollout')) checkMoving(check, context, release);
}

function checkMoving(check: Checker, context: EndpointContext, release: string | undefined): void {
  checkNames(check, context, release);
  checkSteps(check, context.plan);
  context.plan.rollout.gates.forEach((gate, i) => {
    checkGate(check, gate, i);
  });
  for (const late of lateGates(context.plan.rollout)) refuseLate(check, late);
}

function checkRelease(check: Checker, context: EndpointContext, release: string): void {
  const most = maxReleaseLength(context);
  if (!isUnresolved(release) && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(release) && release.length <= most) {
    return;
  }
  check.add('GCP_RELEASE', 'target.release', {
    what: 'the release does not fit into the name of a revision',
    got: release,
    allowed: `lower-case letters, digits and dashes, at most ${most} characters beside this name, known at synthesis`,
    remedy: 'Shorten the release or the name of the target.',
  });
}

/** The plan of everyone else: whoever is ready takes all requests. */
function checkBake(check: Checker, { rollout }: EndpointPlan): void {
  if (rollout.bakeSeconds === DEFAULT_ROLLOUT.bakeSeconds || rollout.bakeSeconds === 0) return;
  check.unsupported('rollout.bake', {
    what: 'Cloud Run watches no alarms after a revision took the traffic at once, and does not go back by itself',
    got: `${rollout.bakeSeconds} s`,
    allowed: 'unset, or 0',
    remedy:
      'Leave it unset, or use Rollout.blueGreen(), Rollout.canary() or Rollout.linear(), which go back.',
  });
}

function checkNames(check: Checker, { name, plan }: EndpointContext, release: string | undefined): void {
  if (release === undefined) {
    check.add('GCP_RELEASE', 'target.release', {
      what: 'requests move between revisions by name, and the name of one must never come back',
      got: `none, with ${plan.rollout.strategy}`,
      allowed: 'a name for every release, as the number of the build',
      remedy: 'Set release on the target, for example from the environment of the build.',
    });
  }
  const most = MAX_TAGGED_NAME - STABLE_TAG.length;
  if (name.length <= most) return;
  check.add('GCP_NAME', 'target.name', {
    what: `the name is too long beside the tag '${STABLE_TAG}' of the revision to go back to`,
    got: name,
    allowed: `at most ${most} characters with such a rollout`,
    remedy: 'Set a shorter name on the target.',
  });
}

function checkSteps(check: Checker, { rollout }: EndpointPlan): void {
  const { strategy, steps, bakeSeconds } = rollout;
  const [first] = steps;
  if (first !== undefined) {
    // The others are multiples of it, held as long.
    const [share, time] = strategy === 'linear' ? ['step', 'interval'] : ['percent', 'bake'];
    check.number('GCP_ROLLOUT', `rollout.${share}`, first.percent, [1, 99]);
    checkWatch(check, `rollout.${time}`, first.holdSeconds);
    if (bakeSeconds === 0) return;
  }
  checkWatch(check, strategy === 'blueGreen' ? 'rollout.bake' : 'rollout.finalBake', bakeSeconds);
}

function checkWatch(check: Checker, option: string, seconds: number): void {
  if (seconds >= LEAST_WATCH_SECONDS) return;
  check.add('GCP_ROLLOUT', option, {
    what: 'metrics of Cloud Run are seen minutes later: no alarm could stop the rollout within that time',
    got: `${seconds} s`,
    allowed: `at least ${LEAST_WATCH_SECONDS} s`,
    remedy: 'Watch longer.',
  });
}

/** Cloud Run writes its metrics once a minute. */
function checkGate(check: Checker, gate: Gate, index: number): void {
  if (gate.metric !== 'errors' && gate.metric !== 'latency') return;
  if (gate.windowMs % 60_000 === 0) return;
  check.add('GCP_GATE', `rollout.gates[${index}].window`, {
    what: 'metrics of Cloud Run are written once a minute',
    got: `${gate.windowMs} ms`,
    allowed: 'whole minutes',
    remedy: 'Round the window to minutes.',
  });
}

function refuseLate(check: Checker, { gate, index, needsSeconds, lastsSeconds }: LateGate): void {
  check.add('GCP_GATE', `rollout.gates[${index}].window`, {
    what: `the rollout is over before the gate ${gate.name} could fail`,
    got: `${needsSeconds} s of failed windows, ${lastsSeconds} s from the first share to the end`,
    allowed: `windows that are seen to fail within ${lastsSeconds} s`,
    remedy: 'Watch for longer, or shorten window or failAfter of the gate.',
  });
}
