import type { Gate } from '@inferstack/runtime/contract';
import { type EndpointPlan, isUnresolved, type LateGate, lateGates } from '../../core';
import { ALERT_WINDOW_MINUTES } from '../alert-windows';
import type { Checker } from '../checker';
import type { ContainerAppEndpointOptions } from '../container-app-endpoint-options';
import { isPlatformGate, type PlatformGate } from './gate-alerts';
import { isGated } from './gated';
import { MAX_RELEASE } from './revision';
import { STATE_TAGS } from './rollout-state';

/** Sources: https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-create-log-alert-rule, and the provider. */
const MAX_PERIODS = 6;
const MAX_QUERIED_MINUTES = 2880;

/** Refuses what the workflows and alerts of a rollout by steps could not keep. */
export function checkGatedRollout(
  check: Checker,
  plan: EndpointPlan,
  options: ContainerAppEndpointOptions,
): void {
  checkRelease(check, plan, options);
  if (!isGated(plan)) return;
  checkShares(check, plan);
  for (const gate of plan.rollout.gates.filter(isPlatformGate)) checkGate(check, gate);
  checkTime(check, plan);
  for (const late of lateGates(plan.rollout)) refuseLate(check, late);
  checkReplicas(check, plan);
  checkPreviousModels(check, options);
  checkTags(check, options);
}

function checkRelease(check: Checker, plan: EndpointPlan, { release }: ContainerAppEndpointOptions): void {
  if (release === undefined) return;
  if (isGated(plan)) {
    check.within('AZURE_RELEASE', 'target.release', release, { min: 1, max: MAX_RELEASE, whole: true });
    return;
  }
  check.add('AZURE_RELEASE', 'target.release', {
    what: 'this rollout has no steps, and Azure names its revisions',
    got: release,
    allowed: 'release with Rollout.canary(), Rollout.linear(), Rollout.blueGreen()',
    remedy: 'Leave release out.',
  });
}

/** Source: https://learn.microsoft.com/azure/container-apps/traffic-splitting (weights are whole percents) */
function checkShares(check: Checker, { rollout }: EndpointPlan): void {
  const prop = rollout.strategy === 'linear' ? 'rollout.step' : 'rollout.percent';
  const parts = rollout.steps.find(({ percent }) => !isUnresolved(percent) && !Number.isInteger(percent));
  if (parts === undefined) return;
  check.add('AZURE_ROLLOUT_SHARE', prop, {
    what: 'revisions have whole percents of the requests',
    got: parts.percent,
    allowed: 'a whole number, 1 to 99',
    remedy: `Use ${Math.min(99, Math.max(1, Math.round(parts.percent)))}.`,
  });
}

function checkGate(check: Checker, gate: PlatformGate): void {
  const prop = 'rollout.gates';
  const minutes = gate.windowMs / 60_000;
  const { failed, of } = gate.failAfter;
  if (!ALERT_WINDOW_MINUTES.includes(minutes)) {
    check.add('AZURE_GATE', prop, {
      what: `the gate ${gate.name} has a window that Azure Monitor does not have`,
      got: `${minutes} minutes`,
      allowed: `minutes: ${ALERT_WINDOW_MINUTES.join(', ')}`,
      remedy: 'Choose one of these as window.',
    });
  }
  if (of > MAX_PERIODS || failed > of || minutes * of > MAX_QUERIED_MINUTES) {
    check.add('AZURE_GATE', prop, {
      what: `an alert rule looks back ${MAX_PERIODS} windows at most, and no more than two days`,
      got: `${failed} of ${of} windows of ${minutes} minutes`,
      allowed: `failed <= of <= ${MAX_PERIODS}, and of * window <= ${MAX_QUERIED_MINUTES} minutes`,
      remedy: `Correct failAfter or window of the gate ${gate.name}.`,
    });
  }
  if (gate.metric === 'latency' && (gate.maxMs === null || gate.maxRatioToStable !== null))
    refuseRatio(check, gate);
}

function refuseRatio(check: Checker, gate: Extract<Gate, { readonly metric: 'latency' }>): void {
  check.unsupported('rollout.gates', {
    what: `an alert rule compares with a number, and the gate ${gate.name} with the stable version`,
    got: `maxRatioToStable ${gate.maxRatioToStable}`,
    allowed: 'Gate.latency({ max })',
    remedy:
      'Give max and leave maxRatioToStable out, or give the new version as `candidate`, beside the stable `model`: then the runtime compares.',
  });
}

/** A rollout that is over before the first alert could fire is a deployment with a nice name. */
function checkTime(check: Checker, { rollout, monitoring }: EndpointPlan): void {
  const { steps, bakeSeconds, gates } = rollout;
  const seconds = steps.reduce((sum, { holdSeconds }) => sum + holdSeconds, bakeSeconds);
  const windows = [
    ...[monitoring.errors, monitoring.latency].flatMap((alarm) => alarm?.windowSeconds ?? []),
    ...gates.filter(isPlatformGate).map(({ windowMs, failAfter }) => (windowMs / 1000) * failAfter.failed),
  ];
  const first = Math.min(...windows);
  if (isUnresolved(seconds) || windows.length === 0 || seconds >= first) return;
  check.add('AZURE_ROLLOUT_TIME', 'rollout.bake', {
    what: 'the rollout is over before the first of its alerts could fire',
    got: `${seconds} s from the first share to the end`,
    allowed: `at least ${first} s, the shortest window of an alert`,
    remedy: 'Watch for longer, or shorten the window of an alarm or gate.',
  });
}

function refuseLate(check: Checker, { gate, needsSeconds, lastsSeconds }: LateGate): void {
  check.add('AZURE_GATE', 'rollout.gates', {
    what: `the rollout is over before the gate ${gate.name} could fail`,
    got: `${needsSeconds} s of failed windows, ${lastsSeconds} s from the first share to the end`,
    allowed: `windows that are seen to fail within ${lastsSeconds} s`,
    remedy: 'Watch for longer, or shorten window or failAfter of the gate.',
  });
}

function checkReplicas(check: Checker, { scaling }: EndpointPlan): void {
  if (scaling.minReplicas !== 0) return;
  check.unsupported('scaling.minReplicas', {
    what: 'a revision without requests would have no replica, and nobody could tell whether it is ready',
    got: 0,
    allowed: '1 or more with a rollout by steps',
    remedy: 'Keep one replica, or use Rollout.rolling().',
  });
}

/** Terraform deletes the object of a package that is no longer named, while the rollout may still go back to it. */
function checkPreviousModels(check: Checker, { modelStorage }: ContainerAppEndpointOptions): void {
  if (modelStorage?.previousModels !== undefined) return;
  check.add('AZURE_PREVIOUS_MODEL', 'target.modelStorage.previousModels', {
    what: 'the rollout may go back to the revision before, and nothing says which model that one reads',
    got: undefined,
    allowed: 'the packages that may still serve; an empty list when there are none besides `model`',
    remedy: 'List the version that serves now, or say [] for the first release.',
  });
}

function checkTags(check: Checker, { tags = {} }: ContainerAppEndpointOptions): void {
  const taken: readonly string[] = Object.values(STATE_TAGS);
  for (const tag of Object.keys(tags).filter((name) => taken.includes(name.toLowerCase()))) {
    check.add('AZURE_STATE_TAG', `target.tags.${tag}`, {
      what: 'the rollout keeps its state in this tag',
      got: tag,
      allowed: `names other than ${taken.join(', ')}`,
      remedy: 'Give the tag another name.',
    });
  }
}
