import type { Gate, RolloutConfig } from '@inferstack/runtime/contract';
import type { TrialOptions } from './rollout-options';
import { millisOr } from './times';

/** Which versions the runtime decides between. */
export interface TrialContext {
  readonly model: string;
  readonly stable: string;
  readonly candidate: string;
  readonly requestTimeoutMs: number;
}

const FALLBACK_MS = 5000;

/** What the runtime is told of a rollout that it does itself. */
export function trialOf(
  { model, stable, candidate, requestTimeoutMs }: TrialContext,
  { steps, gates }: { readonly steps: RolloutConfig['steps']; readonly gates: Gate[] },
  options: TrialOptions,
): RolloutConfig {
  return {
    model,
    stable,
    candidate,
    steps,
    gates,
    stickyHeader: options.stickyHeader?.toLowerCase() ?? null,
    promotion: options.promotion ?? 'automatic',
    onInconclusive: options.onInconclusive ?? 'hold',
    fallbackMs: millisOr(options.fallback, Math.min(FALLBACK_MS, Math.floor(requestTimeoutMs / 2))),
    candidateMemoryBytes: (options.memoryMiB ?? 0) * 1024 ** 2,
    shadowQueue: 256,
    evaluateMs: 1000,
  };
}
