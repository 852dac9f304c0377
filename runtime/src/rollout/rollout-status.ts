import type { RolloutPhase, RolloutStatus, VariantStatus } from '../contract/rollout-status';
import type { Finding } from './finding';
import type { VariantWindow } from './observations';
import type { RolloutController } from './rollout-controller';

export type { RolloutStatus } from '../contract/rollout-status';

export function rolloutStatus(controller: RolloutController): RolloutStatus {
  const { config, phase, stepIndex, percent, shadowPercent, findings, observations } = controller;
  const { agreement, total } = observations;
  return {
    model: config.model,
    stable: config.stable,
    candidate: config.candidate,
    phase,
    cause: controller.cause,
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
  if (phase === 'stopped') return 'hold';
  if (phase === 'rolled_back' || findings.some(({ verdict }) => verdict === 'fail')) return 'reject';
  const passed = findings.filter(({ verdict }) => verdict === 'pass').length;
  return passed === gates ? 'promote' : 'hold';
}

function variant({ requests, errors, latency }: VariantWindow): VariantStatus {
  return { requests, errors, p50Ms: latency.quantile(0.5) ?? null, p99Ms: latency.quantile(0.99) ?? null };
}
