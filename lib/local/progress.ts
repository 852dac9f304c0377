import type { LocalEvent } from './local-deployment';
import type { EndpointStatus } from './local-endpoint';
import { causeText, rolloutLine } from './rollouts';

/** Where progress goes: standard output of the command, or a recorder in a test. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Tells what happens; `tick` comes several times a second. */
export interface Progress {
  event(event: LocalEvent): void;
  started(status: readonly EndpointStatus[]): void;
  tick(status: readonly EndpointStatus[]): void;
  note(text: string): void;
}

/** Requests per second, latency and errors in one line. */
export function trafficLine({ requests }: EndpointStatus): string {
  const ms = (value: number | null): string =>
    value === null ? '-' : `${value.toFixed(value < 10 ? 2 : 0)} ms`;
  const rate = requests.requestsPerSecond.toFixed(requests.requestsPerSecond < 100 ? 1 : 0);
  return `${rate} requests/s   p50 ${ms(requests.p50Ms)}   p99 ${ms(requests.p99Ms)}   ${requests.errors} errors`;
}

/** What became of a rollout, and why. */
export function rolloutEvent({ endpoint, rollout }: Extract<LocalEvent, { type: 'rollout' }>): string {
  const why = causeText(rollout);
  return `${endpoint} rollout ${rolloutLine(rollout)}${why === '' ? '' : `  (${why})`}`;
}

export const modelLine = ({ models }: EndpointStatus): string =>
  models.map(({ name, version, digest }) => `${name} ${version}  ${digest.slice(0, 19)}`).join(', ');
