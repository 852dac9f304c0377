/** Traffic to rehearse a rollout with. */
export type RehearsalTraffic =
  | {
      /** A file with one request a line, see runtime/README.md. */
      readonly kind: 'recorded';
      readonly file: string;
    }
  | {
      /** Requests made up of golden samples. */
      readonly kind: 'generated';
      readonly count: number;
      readonly seed: number;
    };

/** What a process that rehearses is told besides its configuration, which has one rollout. */
export interface RehearsalTask {
  readonly traffic: RehearsalTraffic;
  /** Requests per second of simulated time; null: the times of the recording, else spread over all steps. */
  readonly rate: number | null;
}

/** Something that would have happened. */
export interface RehearsalEvent {
  /** Simulated time since the candidate got its first share. */
  readonly atMs: number;
  readonly action: string;
  readonly actor: string;
  readonly reason: string;
  readonly percent: number;
}

/** What a gate said last. */
export interface RehearsedGate {
  readonly name: string;
  readonly metric: string;
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
  /** Simulated time at which it came to that. */
  readonly sinceMs: number;
  readonly value: number | null;
  readonly samples: number;
  readonly reason: string;
}

export interface RehearsedVersion {
  readonly version: string;
  /** Requests it computed, compared ones included. */
  readonly requests: number;
  readonly errors: number;
  /** Measured on this machine, one request at a time; milliseconds, to within 5 %. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

/** How a rollout would have gone. */
export interface RehearsalOutcome {
  readonly model: string;
  readonly verdict: 'promote' | 'reject' | 'hold';
  readonly reason: string;
  readonly steps: number;
  /** The step it came to, from 1. */
  readonly step: number;
  readonly simulatedMs: number;
  /** From the first share to the rollback; null: there was none. */
  readonly detectMs: number | null;
  readonly requests: number;
  /** Answered by the candidate. */
  readonly exposed: number;
  /** Not answered by either version. */
  readonly lost: number;
  /** Refused by both, since they do not fit the model: they say nothing of the candidate. */
  readonly refused: number;
  /** What the first of those was told. */
  readonly firstRefusal: string | null;
  readonly events: readonly RehearsalEvent[];
  readonly gates: readonly RehearsedGate[];
  /** Gates that another server judges, and a rehearsal cannot. */
  readonly unjudged: readonly string[];
  readonly stable: RehearsedVersion;
  readonly candidate: RehearsedVersion;
  readonly agreement: { readonly rows: number; readonly ratio: number | null };
}

/** What that process tells the one that started it. */
export type RehearsalMessage =
  | { readonly type: 'event'; readonly event: RehearsalEvent }
  | { readonly type: 'finished'; readonly outcome: RehearsalOutcome };
