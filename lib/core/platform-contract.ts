import type { ClientContract } from '@inferstack/runtime/contract';
import type { EndpointPlan } from './plan';

/**
 * The plan with a contract that the platform's own clients speak, whether or not the user asked for it too. For
 * targets: what is built stays the same but for the routes the runtime answers.
 */
export function withContract(plan: EndpointPlan, contract: ClientContract): EndpointPlan {
  const { contracts } = plan.runtime;
  if (contracts.includes(contract)) return plan;
  return { ...plan, runtime: { ...plan.runtime, contracts: [...contracts, contract] } };
}
