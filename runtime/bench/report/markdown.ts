import type { LayoutName } from '../harness/cores';
import { isSuite, type Part, type SuitePart, type SuiteResult } from '../run/results';
import { closedTable } from './closed-table';
import { engineRates, foreignCores } from './figures';
import { number, table } from './format';
import { goalsSection } from './goals-table';
import { memorySection } from './memory-table';
import { openTable } from './open-table';
import { provenance } from './provenance';
import { median } from './statistics';

/** More foreign load than this, in cores, and the figures are not worth keeping. */
const NOISY_CORES = 0.05;

const LAYOUTS: Readonly<Record<LayoutName, string>> = {
  'one-core': 'server on one core, client on another',
  'two-cores': 'server on two cores with two workers',
};

/** The results as a page. */
export function markdown(all: readonly Part[]): string {
  const suites = all.filter(isSuite);
  const parts = [
    '# Results',
    'Written by `npm run bench`. What is compared, and what is fair about it: [README](README.md).',
    noise(suites),
    provenance(all),
    LEGEND,
    ...suites.map(section),
    ...all.flatMap((part) => (isSuite(part) ? [] : [memorySection(part.memory)])),
    goalsSection(all),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** Medians hide what a busy machine did to the figures, so it is said on top. */
function noise(parts: readonly SuitePart[]): string {
  const foreign = parts.flatMap(({ suite }) => foreignCores(suite));
  const share = median(foreign);
  if (Number.isNaN(share)) return '';
  const text = `Other processes used ${number(share)} cores meanwhile (median; at most ${number(Math.max(...foreign))}).`;
  return share > NOISY_CORES ? `> **The machine was busy: do not quote these figures.** ${text}` : text;
}

const LEGEND = [
  'Medians of interleaved rounds. "at 32": with 32 connections, each sending its next request when the one before is',
  'answered; gRPC has as many calls under way, 8 on a connection. × baseline: against FastAPI, tuned, of the same encoding',
  '(gRPC: binary), round by round (lowest–highest). Memory: all processes of the server after the load; PSS counts a',
  'shared page once. First prediction: from the start of the process, with empty caches, to its first right answer. "–":',
  'too few requests to tell. *: over all rounds together. †: the client was at its limit, so the server may be faster.',
].join('\n');

function section({ suite, durations }: SuitePart): string {
  const { json, binary, grpc } = suite.requestBytes;
  const open = suite.contenders.some((contender) => contender.open.length > 0);
  const parts = [
    `## ${suite.model}, ${LAYOUTS[suite.layout]}`,
    `Request: ${json} bytes as JSON, ${binary} as binary tensors, ${grpc} over gRPC.${suite.shared ? ' The client runs on the same two cores and takes its share of them.' : ''}`,
    engineTable(suite),
    closedTable(suite, durations.concurrencies),
    open ? 'Open loop, latency from the intended time of sending (Poisson arrivals):' : '',
    open ? openTable(suite, durations.openShares) : '',
    failures(suite),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** The engine alone: what no server can exceed. */
function engineTable({ contenders }: SuiteResult): string {
  const measured = contenders.filter(({ loop }) => loop.length > 0);
  if (measured.length === 0) return '';
  const batches = measured[0]!.loop[0]!.batches.map(({ batch }) => batch);
  return table(
    ['Engine alone, one core', ...batches.map((batch) => `rows/s, batch ${batch}`)],
    measured.map((contender) => [
      contender.label,
      ...batches.map((batch) => number(median(engineRates(contender, batch)))),
    ]),
  );
}

function failures({ contenders }: SuiteResult): string {
  return contenders
    .filter(({ failure }) => failure !== undefined)
    .map(({ label, failure }) => `Not measured: ${label}: ${failure}`)
    .join('\n\n');
}
