/** What arrives at a service, and at what speed it is answered. */
export interface Traffic {
  /** Per minute. */
  readonly ok: number;
  readonly failed: number;
  /** Share of the requests that take 500 to 1000 ms; the others take less than 100. */
  readonly slow: number;
  /** Whether it is another one's. */
  readonly foreign?: boolean;
}

const quiet: Traffic = { ok: 300, failed: 0, slow: 0 };

/** Name, traffic, and the alarms that must fire: with 2 % errors, 400 ms and 100 requests in five minutes as limits. */
export const SCENARIOS: readonly [name: string, traffic: Traffic, fired: string[]][] = [
  ['good answers', quiet, []],
  ['one failure in a hundred', { ...quiet, failed: 3 }, []],
  ['three failures in a hundred', { ...quiet, failed: 10 }, ['ErrorsAlert']],
  ['failures alone', { ok: 0, failed: 300, slow: 0 }, ['ErrorsAlert']],
  ['few requests, all failed', { ok: 0, failed: 10, slow: 0 }, []],
  ['two slow in a hundred', { ...quiet, slow: 0.02 }, ['LatencyAlert']],
  ['one slow in two hundred', { ...quiet, slow: 0.005 }, []],
  ['few requests, all slow', { ok: 10, failed: 0, slow: 1 }, []],
  ['failures of another one', { ok: 0, failed: 300, slow: 1, foreign: true }, []],
  ['no request at all', { ok: 0, failed: 0, slow: 0 }, []],
];
