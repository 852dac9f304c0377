import type { Finding } from './finding';
import type { VariantWindow } from './observations';
import type { RolloutController, RolloutPhase } from './rollout-controller';

/** What was seen of one version since the rollout began. */
interface VariantStatus {
  readonly requests: number;
  readonly errors: number;
  /** Milliseconds, to within 5 %; null before the first answer. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

/** A rollout as the management listener tells of it. */
export interface RolloutStatus {
  readonly model: string;
  readonly stable: string;
  readonly candidate: string;
  readonly phase: RolloutPhase;
  /** From 1. */
  readonly step: number;
  readonly steps: number;
  readonly percent: number;
  readonly shadowPercent: number;
  /** What would be decided now. */
  readonly verdict: 'promote' | 'hold' | 'reject';
  readonly gates: readonly Finding[];
  readonly variants: { readonly stable: VariantStatus; readonly candidate: VariantStatus };
  readonly agreement: {
    readonly rows: number;
    readonly ratio: number | null;
    readonly meanScoreDistance: number | null;
  };
}

export function rolloutStatus(controller: RolloutController): RolloutStatus {
  const { config, phase, stepIndex, percent, shadowPercent, findings, observations } = controller;
  const { agreement, total } = observations;
  return {
    model: config.model,
    stable: config.stable,
    candidate: config.candidate,
    phase,
    step: stepIndex + 1,
    steps: config.steps.length,
    percent,
    shadowPercent,
    verdict: verdictOf(phase, findings, config.gates.length),
    gates: findings,
    variants: { stable: variant(total.stable), candidate: variant(total.candidate) },
    agreement: {
      rows: agreement.rows,
      ratio: agreement.ratio ?? null,
      meanScoreDistance: agreement.meanDistance ?? null,
    },
  };
}

function verdictOf(
  phase: RolloutPhase,
  findings: readonly Finding[],
  gates: number,
): RolloutStatus['verdict'] {
  if (phase === 'promoted') return 'promote';
  if (phase === 'rolled_back' || findings.some(({ verdict }) => verdict === 'fail')) return 'reject';
  const passed = findings.filter(({ verdict }) => verdict === 'pass').length;
  return passed === gates ? 'promote' : 'hold';
}

function variant({ requests, errors, latency }: VariantWindow): VariantStatus {
  return { requests, errors, p50Ms: latency.quantile(0.5) ?? null, p99Ms: latency.quantile(0.99) ?? null };
}
