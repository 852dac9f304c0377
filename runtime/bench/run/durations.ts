/** How long and how often everything is measured. */
export interface Durations {
  /** Times every contender has its turn, in changing order. */
  readonly rounds: number;
  /** Load before anything is measured: until then compilers at run time (V8) have seen what is worth their work. */
  readonly warmupSeconds: number;
  readonly closedSeconds: number;
  readonly concurrencies: readonly number[];
  readonly loopSeconds: number;
  readonly loopBatches: readonly number[];
  readonly openWarmupSeconds: number;
  readonly openSeconds: number;
  /** Requests a round that percentiles need: slow models are offered their rate for longer than `openSeconds`. */
  readonly openRequests: number;
  /** But never for longer than this. */
  readonly openMaxSeconds: number;
  /** Open-loop rates as shares of the server's own measured capacity. */
  readonly openShares: readonly number[];
}

/** What answers every question in about three quarters of an hour. */
export const STANDARD: Durations = {
  rounds: 3,
  warmupSeconds: 3,
  closedSeconds: 2,
  concurrencies: [1, 32],
  loopSeconds: 2,
  loopBatches: [1, 32],
  openWarmupSeconds: 0.5,
  openSeconds: 3,
  openRequests: 350,
  openMaxSeconds: 6,
  openShares: [0.5, 0.7, 0.9],
};

export const FULL: Durations = {
  rounds: 5,
  warmupSeconds: 3,
  closedSeconds: 3,
  concurrencies: [1, 8, 32],
  loopSeconds: 2,
  loopBatches: [1, 8, 32],
  openWarmupSeconds: 1,
  openSeconds: 4,
  openRequests: 200,
  openMaxSeconds: 16,
  openShares: [0.5, 0.7, 0.9],
};

/** To see whether everything works; too short for figures worth keeping. */
export const QUICK: Durations = {
  rounds: 2,
  warmupSeconds: 0.5,
  closedSeconds: 1,
  concurrencies: [1, 8, 32],
  loopSeconds: 0.5,
  loopBatches: [1, 32],
  openWarmupSeconds: 0.5,
  openSeconds: 2,
  openRequests: 200,
  openMaxSeconds: 8,
  openShares: [0.7],
};

export function openSecondsAt(ratePerSecond: number, durations: Durations): number {
  const { openSeconds, openRequests, openMaxSeconds } = durations;
  return Math.min(Math.max(openSeconds, openRequests / ratePerSecond), openMaxSeconds);
}

/** The concurrency at which the capacity of a server is taken. */
export const CAPACITY_CONCURRENCY = 32;
/** Share of the baseline's capacity that every server is offered, to compare latency at the same load. */
export const COMMON_SHARE = 0.7;
