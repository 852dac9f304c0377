import { type Problem, show } from '@inferstack/runtime/contract';
import type { EndpointPlan } from '../plan';
import type { Finding } from '../problem-collector';
import { GATE_FACTORIES, ROLLOUT_FACTORIES } from './factories';
import type { RolloutStrategy } from './rollout-plan';

/** What the engine of a platform can do by itself. */
export interface RolloutAbilities {
  readonly strategies: readonly RolloutStrategy[];
  /** Metrics of gates that it can judge. */
  readonly gates: readonly string[];
}

/** Replicas that are replaced without anything watched but the alarms. */
const ROLLING: RolloutAbilities = { strategies: ['rolling'], gates: [] };

/** What of a rollout the platform cannot do by itself: to be told as TARGET_UNSUPPORTED. */
export function refusedRollout(
  { rollout }: EndpointPlan,
  abilities: RolloutAbilities = ROLLING,
): { readonly prop: string; readonly finding: Finding }[] {
  if (!abilities.strategies.includes(rollout.strategy)) {
    const finding = {
      what: 'this target cannot move requests like that by itself',
      got: rollout.strategy,
      allowed: abilities.strategies.map((strategy) => ROLLOUT_FACTORIES[strategy]).join(', '),
      remedy:
        'Give the new version as `candidate`, beside the stable `model`: then the runtime moves the requests, on every target.',
    };
    return [{ prop: 'rollout', finding }];
  }
  return rollout.gates
    .filter(({ metric }) => !abilities.gates.includes(metric))
    .map(({ name, metric }) => ({
      prop: 'rollout.gates',
      finding: {
        what: 'this target cannot judge such a gate by itself',
        got: `${name} (${metric})`,
        allowed:
          abilities.gates.map((gate) => GATE_FACTORIES[gate] ?? gate).join(', ') ||
          'the alarms of `monitoring`',
        remedy: 'Give the new version as `candidate`, beside the stable `model`: then the runtime judges it.',
      },
    }));
}

/** The same as problems, for targets that collect those. */
export function refusedRolloutProblems(plan: EndpointPlan, abilities?: RolloutAbilities): Problem[] {
  return refusedRollout(plan, abilities).map(({ prop, finding }) => ({
    code: 'TARGET_UNSUPPORTED',
    at: `${plan.path}: ${prop}`,
    ...finding,
    got: show(finding.got),
  }));
}
