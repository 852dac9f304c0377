import type { RehearsalEvent, RehearsalOutcome, RehearsedVersion } from '@inferstack/runtime/contract';
import { type CliIo, paint, type Style } from './cli-io';
import { formatTable, plural } from './format';

const COLOURS: Readonly<Record<RehearsalOutcome['verdict'], Style>> = {
  promote: 'green',
  reject: 'red',
  hold: 'yellow',
};

/** Something that would have happened, as a line. */
export function eventText({ atMs, action, percent, reason }: RehearsalEvent): string {
  return `  ${clock(atMs)}  ${action.padEnd(8)}  ${`${percent} %`.padStart(6)}  ${reason}`;
}

/** What a rehearsal came to. */
export function outcomeText(io: CliIo, outcome: RehearsalOutcome): string {
  const { verdict, reason, unjudged, firstRefusal, refused } = outcome;
  return [
    gateTable(outcome),
    '',
    formatTable(figures(outcome)),
    ...(refused === 0
      ? []
      : ['', `  ${plural(refused, 'request')} did not fit the model; the first was told: ${firstRefusal}`]),
    ...(unjudged.length === 0
      ? []
      : ['', `  not judged, for another server would have to: ${unjudged.join(', ')}`]),
    '',
    `${paint(io, COLOURS[verdict], verdict)}  ${reason}`,
  ].join('\n');
}

function gateTable({ gates }: RehearsalOutcome): string {
  const rows = gates.map(({ name, verdict, sinceMs, samples, reason }) => [
    name,
    verdict,
    clock(sinceMs),
    String(samples),
    reason,
  ]);
  return formatTable([['gate', 'verdict', 'since', 'samples', 'why'], ...rows]);
}

function figures(outcome: RehearsalOutcome): string[][] {
  const { step, steps, simulatedMs, detectMs, requests, exposed, lost, agreement } = outcome;
  return [
    ['steps', `${step} of ${steps}, ${clock(simulatedMs)} of simulated time`],
    ['time to detect', detectMs === null ? 'nothing was detected' : clock(detectMs)],
    ['requests', `${requests}, ${exposed} answered by the candidate, ${lost} lost`],
    ['stable', versionText(outcome.stable)],
    ['candidate', versionText(outcome.candidate)],
    [
      'agreement',
      agreement.ratio === null
        ? 'nothing was compared'
        : `${agreement.ratio.toFixed(4)} of ${plural(agreement.rows, 'row')}`,
    ],
  ];
}

function versionText({ version, requests, errors, p50Ms, p99Ms }: RehearsedVersion): string {
  const times =
    p50Ms === null ? '' : `, p50 ${p50Ms.toPrecision(3)} ms, p99 ${p99Ms!.toPrecision(3)} ms on this machine`;
  return `${version}: ${plural(requests, 'request')}, ${plural(errors, 'error')}${times}`;
}

/** `hh:mm:ss` */
function clock(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return [seconds / 3600, (seconds / 60) % 60, seconds % 60]
    .map((part) => String(Math.floor(part)).padStart(2, '0'))
    .join(':');
}
