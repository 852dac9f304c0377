import type { Problem } from '@inferstack/runtime/contract';
import { type EndpointPlan, isUnresolved } from '../../core';
import { alarmWindows, gateWindows } from '../look-back';
import { shiftsRequests } from './shift';

/**
 * Shares of the requests that ECS moves: multiples of 0.1 within these bounds.
 * Sources: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CanaryConfiguration.html,
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LinearConfiguration.html
 */
const SHARES = {
  canary: { prop: 'percent', least: 0.1, source: 'API_CanaryConfiguration' },
  linear: { prop: 'step', least: 3, source: 'API_LinearConfiguration' },
} as const;

/** Of one wait, which is a stage of the deployment: a stage lasts 24 hours at most. Source: as above. */
const MAX_WAIT_SECONDS = 24 * 3600;
/**
 * Of all waits: CloudFormation rejects longer ones. Source:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-ecs-service-canaryconfiguration.html
 */
const MAX_TOTAL_SECONDS = 33 * 3600;
const API = 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/';

type Finding = Pick<Problem, 'what' | 'got' | 'allowed' | 'remedy'>;

/** Refuses steps and times that ECS does not know. */
export function checkShift(plan: EndpointPlan): Problem[] {
  if (!shiftsRequests(plan)) return [];
  return [
    ...checkShare(plan),
    ...checkWaits(plan),
    ...checkStart(plan),
    ...checkTotal(plan),
    ...checkWindows(plan),
  ];
}

const refused = ({ path }: EndpointPlan, prop: string, finding: Finding): Problem => ({
  code: 'AWS_ROLLOUT_SHIFT',
  at: `${path}: rollout.${prop}`,
  ...finding,
});

function checkShare(plan: EndpointPlan): Problem[] {
  const { strategy, steps } = plan.rollout;
  const [step] = steps;
  if (step === undefined || (strategy !== 'canary' && strategy !== 'linear')) return [];
  const { prop, least, source } = SHARES[strategy];
  const { percent } = step;
  if (isUnresolved(percent) || (percent >= least && Number.isInteger(percent * 10))) return [];
  return [
    refused(plan, prop, {
      what: `ECS does not move such a share of the requests (${API}${source}.html)`,
      got: String(percent),
      allowed: `${least} to 100 in multiples of 0.1`,
      remedy: `Use ${Math.max(least, Math.round(percent * 10) / 10)}.`,
    }),
  ];
}

/** Every time that is waited, by the prop that says it. */
function waits({ rollout }: EndpointPlan): (readonly [prop: string, seconds: number])[] {
  const { strategy, steps, bakeSeconds } = rollout;
  const [step] = steps;
  if (step === undefined) return [['bake', bakeSeconds]];
  return [
    [strategy === 'linear' ? 'interval' : 'bake', step.holdSeconds],
    ['finalBake', bakeSeconds],
  ];
}

function checkWaits(plan: EndpointPlan): Problem[] {
  return waits(plan).flatMap(([prop, seconds]) => {
    if (isUnresolved(seconds) || (seconds % 60 === 0 && seconds <= MAX_WAIT_SECONDS)) return [];
    const minutes = Math.min(Math.ceil(seconds / 60), MAX_WAIT_SECONDS / 60);
    const what = `ECS waits whole minutes, and 24 hours at most (${API}API_DeploymentConfiguration.html)`;
    const remedy = `Use ${minutes} minutes.`;
    return [refused(plan, prop, { what, got: `${seconds} s`, allowed: '0 to 1440 minutes', remedy })];
  });
}

function checkStart(plan: EndpointPlan): Problem[] {
  const { timeoutSeconds } = plan.rollout;
  if (isUnresolved(timeoutSeconds) || timeoutSeconds <= MAX_WAIT_SECONDS) return [];
  const what = 'ECS ends a deployment whose replicas are not ready after 24 hours';
  const remedy = 'Use 24 hours.';
  return [refused(plan, 'timeout', { what, got: `${timeoutSeconds} s`, allowed: 'at most 24 h', remedy })];
}

function checkTotal(plan: EndpointPlan): Problem[] {
  const { steps, bakeSeconds } = plan.rollout;
  const total = steps.reduce((sum, { holdSeconds }) => sum + holdSeconds, bakeSeconds);
  if (isUnresolved(bakeSeconds) || steps.some(({ holdSeconds }) => isUnresolved(holdSeconds))) return [];
  if (total <= MAX_TOTAL_SECONDS) return [];
  const [[prop]] = waits(plan) as [readonly [string, number]];
  return [
    refused(plan, prop, {
      what:
        'CloudFormation rejects rollouts that wait longer than 33 hours in all (https://docs.aws.amazon.com/' +
        'AWSCloudFormation/latest/TemplateReference/aws-properties-ecs-service-canaryconfiguration.html)',
      got: `${Number((total / 3600).toFixed(2))} h`,
      allowed: 'at most 33 h',
      remedy: 'Wait less, or in fewer steps.',
    }),
  ];
}

/** An alarm that needs longer than a wait could ring when requests have moved on; a gate is asked at the first wait. */
function checkWindows(plan: EndpointPlan): Problem[] {
  return waits(plan).flatMap(([prop, seconds], i) => {
    const watching = i === 0 ? [...alarmWindows(plan), ...gateWindows(plan)] : alarmWindows(plan);
    return watching
      .filter(([, needed]) => !isUnresolved(seconds) && !isUnresolved(needed) && needed > seconds)
      .map(([name, needed]) =>
        refused(plan, prop, {
          what: `the wait ends before ${name} can have rung, which takes ${needed} s`,
          got: `${seconds} s`,
          allowed: `${needed} s or more`,
          remedy: `Wait ${Math.ceil(needed / 60)} minutes, or look at a shorter window.`,
        }),
      );
  });
}
