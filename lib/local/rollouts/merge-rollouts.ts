import type {
  GateFinding,
  RolloutCause,
  RolloutPhase,
  RolloutStatus,
  VariantStatus,
} from '@inferstack/runtime/contract';

/** A rollout as one replica sees it. */
export interface ReplicaRollout {
  readonly replica: string;
  readonly status: RolloutStatus;
}

/** A rollout as all replicas of an endpoint see it together. */
export interface EndpointRollout extends RolloutStatus {
  readonly replicas: readonly {
    readonly replica: string;
    readonly phase: RolloutPhase;
    readonly percent: number;
    readonly cause: RolloutCause | null;
  }[];
}

/** The first one that any replica is in tells of all: one that went back ends it, promoted are all or none. */
const PHASES: readonly RolloutPhase[] = ['rolled_back', 'stopped', 'running', 'held', 'waiting', 'promoted'];
const VERDICTS: readonly GateFinding['verdict'][] = ['fail', 'inconclusive', 'pass'];

/** One view of each model that is rolled out. The worst that any replica says counts. */
export function mergeRollouts(views: readonly ReplicaRollout[]): EndpointRollout[] {
  const models = [...new Set(views.map(({ status }) => status.model))];
  return models.map((model) => merge(views.filter(({ status }) => status.model === model)));
}

function merge(views: readonly ReplicaRollout[]): EndpointRollout {
  const all = views.map(({ status }) => status);
  const phase = PHASES.find((known) => all.some((status) => status.phase === known))!;
  const leading = all.find((status) => status.phase === phase)!;
  const of = (pick: (status: RolloutStatus) => number) => all.map(pick);
  return {
    ...leading,
    step: Math.min(...of(({ step }) => step)),
    // Replicas get the same number of requests.
    percent: mean(of(({ percent }) => percent)),
    shadowPercent: mean(of(({ shadowPercent }) => shadowPercent)),
    verdict: worstVerdict(all),
    gates: gateNames(all).map((gate) => worstFinding(all, gate)),
    variants: {
      stable: sum(all.map(({ variants }) => variants.stable)),
      candidate: sum(all.map(({ variants }) => variants.candidate)),
    },
    agreement: agreementOf(all),
    replicas: views.map(({ replica, status }) => ({
      replica,
      phase: status.phase,
      percent: status.percent,
      cause: status.cause,
    })),
  };
}

function worstVerdict(all: readonly RolloutStatus[]): RolloutStatus['verdict'] {
  if (all.some(({ verdict }) => verdict === 'reject')) return 'reject';
  return all.every(({ verdict }) => verdict === 'promote') ? 'promote' : 'hold';
}

const gateNames = (all: readonly RolloutStatus[]): string[] => [
  ...new Set(all.flatMap(({ gates }) => gates.map(({ gate }) => gate))),
];

function worstFinding(all: readonly RolloutStatus[], gate: string): GateFinding {
  const findings = all.flatMap(({ gates }) => gates.filter((finding) => finding.gate === gate));
  const worst = VERDICTS.find((known) => findings.some(({ verdict }) => verdict === known));
  return findings.find(({ verdict }) => verdict === worst)!;
}

function sum(variants: readonly VariantStatus[]): VariantStatus {
  return {
    requests: total(variants.map(({ requests }) => requests)),
    errors: total(variants.map(({ errors }) => errors)),
    // Of the slowest replica: histograms are not told.
    p50Ms: highest(variants.map(({ p50Ms }) => p50Ms)),
    p99Ms: highest(variants.map(({ p99Ms }) => p99Ms)),
  };
}

function agreementOf(all: readonly RolloutStatus[]): RolloutStatus['agreement'] {
  const rows = total(all.map(({ agreement }) => agreement.rows));
  const weighted = (pick: (agreement: RolloutStatus['agreement']) => number | null): number | null =>
    rows === 0 ? null : total(all.map(({ agreement }) => (pick(agreement) ?? 0) * agreement.rows)) / rows;
  return {
    rows,
    ratio: weighted(({ ratio }) => ratio),
    meanScoreDistance: weighted((a) => a.meanScoreDistance),
  };
}

const total = (values: readonly number[]): number => values.reduce((so, value) => so + value, 0);
const mean = (values: readonly number[]): number => total(values) / values.length;

function highest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}
