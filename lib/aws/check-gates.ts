import type { Gate, Problem } from '@inferstack/runtime/contract';
import type { EndpointPlan } from '../core';

/** Metrics of gates that an alarm can judge. */
export const GATES = ['errors', 'latency'] as const;

export type WindowedGate = Extract<Gate, { metric: (typeof GATES)[number] }>;

/** The gates that become alarms. */
export const alarmGates = ({ rollout }: EndpointPlan): WindowedGate[] =>
  rollout.gates.filter((gate): gate is WindowedGate => (GATES as readonly string[]).includes(gate.metric));

/**
 * Seconds an alarm looks back at most, unless its period is an hour or more. Source: EvaluationPeriods in
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
const MAX_LOOK_BACK_SECONDS = 24 * 3600;

type Finding = Pick<Problem, 'what' | 'got' | 'allowed' | 'remedy'>;

/** Refuses gates that CloudWatch cannot judge. */
export function checkGates(plan: EndpointPlan): Problem[] {
  return alarmGates(plan).flatMap((gate) =>
    [comparison(gate), window(gate)]
      .filter((finding) => finding !== undefined)
      .map((finding) => ({
        code: 'TARGET_UNSUPPORTED',
        at: `${plan.path}: rollout.gates.${gate.name}`,
        ...finding,
      })),
  );
}

function comparison(gate: WindowedGate): Finding | undefined {
  if (gate.metric !== 'latency' || gate.maxRatioToStable === null) return undefined;
  return {
    what: 'an alarm compares with a number: which version is the stable one changes with every rollout',
    got: `maxRatioToStable: ${gate.maxRatioToStable}`,
    allowed: 'max alone',
    remedy:
      'Give Gate.latency({ max }), or the new version as `candidate`: then the runtime compares both versions.',
  };
}

function window({ windowMs, failAfter }: WindowedGate): Finding | undefined {
  const seconds = windowMs / 1000;
  const lookBack = seconds * failAfter.of;
  if (seconds >= 60 && seconds % 60 === 0 && lookBack <= MAX_LOOK_BACK_SECONDS) return undefined;
  return {
    what: 'CloudWatch looks at whole minutes, and a day back at most',
    got: `${failAfter.of} windows of ${seconds} s`,
    allowed: 'whole minutes; window x failAfter.of of at most 24 h',
    remedy: 'Use a window of whole minutes, or fewer of them.',
  };
}
