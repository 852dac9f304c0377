import type { GateFinding, RolloutStatus } from '@inferstack/runtime/contract';

/** Phase, share and verdict in one line. */
export function rolloutLine(status: RolloutStatus): string {
  const { model, stable, candidate, phase, step, steps, shadowPercent, verdict } = status;
  const shadow = shadowPercent > 0 ? `, compares ${percent(shadowPercent)}` : '';
  const place = phase === 'running' || phase === 'held' ? ` step ${step} of ${steps}` : '';
  return `${model} ${stable} -> ${candidate}  ${phase.replace('_', ' ')}${place}  ${percent(status.percent)}${shadow}  verdict ${verdict}`;
}

/** One gate with its figure. */
export const gateLine = ({ gate, verdict, reason }: GateFinding): string => `${gate}  ${verdict}: ${reason}`;

/** Why it is in its phase. */
export const causeText = ({ cause }: RolloutStatus): string =>
  cause === null ? '' : `${cause.actor}: ${cause.reason}`;

const percent = (value: number): string => `${Number(value.toFixed(1))} %`;
