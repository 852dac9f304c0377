import {
  type Gate,
  gateSchema,
  issuesToProblems,
  type Problem,
  rolloutSchema,
  show,
} from '@inferstack/runtime/contract';
import type { EndpointPlan } from '../plan';
import { isUnresolved } from '../unresolved';
import { comparedWithNobody } from './gate';

/** Checks what no platform and no runtime could do. */
export function checkRollout(plan: EndpointPlan): Problem[] {
  return [
    ...checkTimes(plan),
    ...checkSteps(plan),
    ...checkGates(plan),
    ...checkTrials(plan),
    ...checkTriggers(plan),
  ];
}

function checkTimes({ path, rollout }: EndpointPlan): Problem[] {
  const times = [
    [rollout.steps.length > 0 ? 'finalBake' : 'bake', rollout.bakeSeconds, 0],
    ['timeout', rollout.timeoutSeconds, 60],
  ] as const;
  return times
    .filter(
      ([, seconds, least]) => !isUnresolved(seconds) && !(Number.isInteger(seconds) && seconds >= least),
    )
    .map(([prop, seconds, least]) => ({
      code: 'PLAN_ROLLOUT',
      at: `${path}: rollout.${prop}`,
      what: 'the value is out of bounds',
      got: show(seconds),
      allowed: `a whole number, ${least} or more`,
      remedy: 'Correct the value.',
    }));
}

function checkSteps({ path, rollout }: EndpointPlan): Problem[] {
  // All of them have the same time.
  const [first] = rollout.steps;
  if (first === undefined || isUnresolved(first.holdSeconds)) return [];
  if (Number.isInteger(first.holdSeconds) && first.holdSeconds >= 0) return [];
  const time = rollout.strategy === 'linear' ? 'interval' : 'bake';
  return [
    {
      ...{ code: 'PLAN_ROLLOUT', at: `${path}: rollout.${time}`, what: 'the value is out of bounds' },
      ...{ got: show(first.holdSeconds), allowed: 'whole seconds, 0 or more', remedy: 'Correct the value.' },
    },
  ];
}

/** The document that is given on must be one that the runtime takes. */
function checkGates({ path, rollout, runtime }: EndpointPlan): Problem[] {
  const at = `${path}: rollout.gates`;
  return [rollout.gates, ...runtime.rollouts.map(({ gates }) => gates)].flatMap((gates) => {
    const parsed = gateSchema.array().safeParse(gates);
    const wrong = parsed.success
      ? []
      : issuesToProblems(parsed.error, gates, 'PLAN_GATE', (where) => `${at}${where}`);
    return [...wrong, ...repeatedNames(gates, at), ...gates.flatMap((gate) => gateBounds(gate, at))];
  });
}

/** A gate that no figure fails, or none passes. */
function gateBounds(gate: Gate, at: string): Problem[] {
  const problem = (what: string, got: string, allowed: string): Problem[] => [
    { code: 'PLAN_GATE', at: `${at}.${gate.name}`, what, got, allowed, remedy: 'Correct the bounds.' },
  ];
  if ('failAfter' in gate && gate.failAfter.failed > gate.failAfter.of) {
    const { failed, of } = gate.failAfter;
    return problem('the gate can never fail', `${failed} of the last ${of}`, 'failed at most of');
  }
  if (gate.metric !== 'prometheus') return [];
  const { max, min } = gate;
  if (max === null && min === null)
    return problem('the gate can never fail', 'neither max nor min', 'max, min or both');
  if (max !== null && min !== null && min > max)
    return problem('the gate can never pass', `min ${min}, max ${max}`, 'min at most max');
  return [];
}

function repeatedNames(gates: readonly Gate[], at: string): Problem[] {
  const names = gates.map(({ name }) => name);
  const repeated = new Set(names.filter((name, i) => names.indexOf(name) !== i));
  return [...repeated].map((name) => ({
    code: 'PLAN_GATE',
    at,
    what: 'two gates have the same name',
    got: name,
    allowed: 'a name of its own for each gate',
    remedy: 'Give one of them another `name`.',
  }));
}

function checkTrials({ path, runtime }: EndpointPlan): Problem[] {
  return runtime.rollouts.flatMap((trial) => {
    const { gates: _, ...rest } = trial;
    const alone = comparedWithNobody(trial);
    const parsed = rolloutSchema.omit({ gates: true }).safeParse(rest);
    const problems = parsed.success
      ? []
      : issuesToProblems(parsed.error, rest, 'PLAN_ROLLOUT', (where) => `${path}: rollout: ${where}`);
    if (alone !== undefined) problems.push({ at: `${path}: rollout.gates.${alone.name}`, ...NOBODY });
    if (trial.fallbackMs >= runtime.requestTimeoutMs) {
      problems.push({
        code: 'PLAN_ROLLOUT',
        at: `${path}: rollout.trial.fallback`,
        what: 'the candidate may take all the time of a request, and the stable version would have none left',
        got: `${trial.fallbackMs} ms`,
        allowed: `less than runtime.requestTimeout, ${runtime.requestTimeoutMs} ms`,
        remedy: 'Shorten it.',
      });
    }
    return problems;
  });
}

const NOBODY = {
  code: 'PLAN_GATE',
  what: 'the gate can never pass: it compares with the stable version, which answers nobody in any step',
  got: 'maxRatioToStable',
  allowed: 'max',
  remedy: 'Give the gate `max` instead, or use Rollout.canary().',
};

/** A rollout that nothing can bring back is a deployment with a nice name. */
function checkTriggers({ path, rollout, monitoring, runtime }: EndpointPlan): Problem[] {
  const problems: Problem[] = [];
  const problem = (at: string, what: string, got: unknown, allowed: string, remedy: string) =>
    problems.push({
      ...{
        code: 'PLAN_ROLLOUT_WITHOUT_TRIGGER',
        at: `${path}: ${at}`,
        what,
        got: show(got),
        allowed,
        remedy,
      },
    });
  const nothing = 'nothing could ever trigger a rollback';
  if (monitoring.errors === null && monitoring.latency === null && rollout.gates.length === 0) {
    const remedy = 'Keep monitoring.errors or monitoring.latency on.';
    problem('monitoring', nothing, { errors: false, latency: false }, 'at least one alarm', remedy);
  }
  for (const { gates, steps } of runtime.rollouts) {
    if (gates.length === 0)
      problem('rollout.gates', nothing, [], 'at least one gate', 'Add a gate, or leave gates out.');
    const comparing = gates.find(({ metric }) => metric === 'agreement' || metric === 'score_distance');
    if (comparing === undefined || steps.some(({ shadowPercent }) => shadowPercent > 0)) continue;
    const what = `the gate ${comparing.name} compares answers, and none are compared`;
    problem('rollout.trial.compare', what, 0, 'more than 0, at most 100', 'Raise it, or leave the gate out.');
  }
  return problems;
}
