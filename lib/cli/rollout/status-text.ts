import type { VariantStatus } from '@inferstack/runtime/contract';
import { causeText, rolloutLine } from '../../local';
import { type CliIo, paint } from '../cli-io';
import { formatTable } from '../format';
import type { FoundRollout } from './read-rollouts';

const COLOURS = { pass: 'green', inconclusive: 'yellow', fail: 'red' } as const;

/** A rollout for people: where it is, what its gates say, and why. */
export function statusText(io: CliIo, { endpoint, rollout }: FoundRollout): string {
  const { stable, candidate } = rollout.variants;
  const { rows, ratio } = rollout.agreement;
  const gates = rollout.gates.map(({ gate, verdict, reason }) => [`gate ${gate}`, verdict, reason]);
  const why = causeText(rollout);
  return [
    paint(io, 'bold', endpoint.name),
    `  ${rolloutLine(rollout)}`,
    ...(why === '' ? [] : [`  ${why}`]),
    formatTable([
      ['stable', variantText(stable)],
      ['candidate', variantText(candidate)],
      ...(ratio === null ? [] : [['compared', `${rows} rows, ${(100 * ratio).toFixed(2)} % agree`]]),
    ]),
    ...(gates.length === 0 ? [] : [formatTable(gates).replace(VERDICT, (text) => painted(io, text))]),
    ...(rollout.replicas.length < 2
      ? []
      : [`  replicas ${rollout.replicas.map(({ replica, phase }) => `${replica} ${phase}`).join(', ')}`]),
  ].join('\n');
}

const VERDICT = /\b(pass|inconclusive|fail)\b(?= )/g;

const painted = (io: CliIo, text: string): string => paint(io, COLOURS[text as keyof typeof COLOURS], text);

function variantText({ requests, errors, p50Ms, p99Ms }: VariantStatus): string {
  const times = p50Ms === null ? '' : `, p50 ${ms(p50Ms)}, p99 ${ms(p99Ms!)}`;
  return `${requests} requests, ${errors} errors${times}`;
}

const ms = (value: number): string => `${value.toPrecision(3)} ms`;
