import type { LayoutName } from '../harness/cores';
import type { Results, SuiteResult } from '../run/results';
import { closedTable } from './closed-table';
import { number, table } from './format';
import { openTable } from './open-table';
import { median } from './statistics';

/** More foreign load than this, in cores, and the figures are not worth keeping. */
const NOISY_CORES = 0.05;

const LAYOUTS: Readonly<Record<LayoutName, string>> = {
  'one-core': 'server on one core, client on another',
  'two-cores': 'server on two cores with two workers',
};

/** The results as a page. */
export function markdown(results: Results): string {
  const parts = [
    '# Results',
    `Written by \`npm run bench\`${results.mode === 'quick' ? ' (quick mode: too short for figures worth keeping)' : ''}. What is compared, and what is fair about it: [README](README.md).`,
    noise(results),
    machineTable(results),
    legend(results),
    ...results.suites.map((suite) => section(suite, results)),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function machineTable({ machine, startedAt, minutes, durations }: Results): string {
  return table(
    ['Machine', ''],
    [
      ['CPU', machine.cpu],
      ['cores, memory', `${machine.cores}, ${machine.memoryGiB} GiB`],
      ['kernel', machine.kernel],
      ['Node.js, onnxruntime-node', `${machine.node}, ${machine.onnxruntimeNode}`],
      ['Python, onnxruntime', `${machine.python}, ${machine.onnxruntimePython}`],
      ['commit', machine.commit],
      ['measured', `${startedAt}, ${number(minutes)} minutes, ${durations.rounds} rounds`],
    ],
  );
}

/** Medians hide what a busy machine did to the figures, so it is said on top. */
function noise({ suites }: Results): string {
  const foreign = suites.flatMap(({ contenders }) =>
    contenders.flatMap(({ closed, open }) =>
      [...closed, ...open].flatMap(({ loads }) => loads.map(({ usage }) => usage.foreignCores)),
    ),
  );
  const share = median(foreign);
  if (Number.isNaN(share)) return '';
  const text = `Other processes used ${number(share)} cores meanwhile (median; at most ${number(Math.max(...foreign))}).`;
  return share > NOISY_CORES ? `> **The machine was busy: do not quote these figures.** ${text}` : text;
}

function legend({ durations }: Results): string {
  return [
    `Medians of ${durations.rounds} interleaved rounds. "at 8": with 8 connections, each sending its next request when`,
    'the one before is answered. × baseline: against FastAPI, tuned, of the same encoding, round by round (lowest–highest).',
    'Memory: all processes of the server after the load; PSS counts a shared page once. First prediction: from the start',
    'of the process to its first right answer. "–": too few requests to tell. *: over all rounds together. †: the client',
    'was at its limit, so the server may be faster.',
  ].join('\n');
}

function section(suite: SuiteResult, { durations }: Results): string {
  const { json, binary } = suite.requestBytes;
  const open = suite.contenders.some((contender) => contender.open.length > 0);
  const parts = [
    `## ${suite.model}, ${LAYOUTS[suite.layout]}`,
    `Request: ${json} bytes as JSON, ${binary} as binary tensors.${suite.shared ? ' The client runs on the same two cores and takes its share of them.' : ''}`,
    engineTable(suite),
    closedTable(suite, durations.concurrencies),
    open ? `Open loop, latency from the intended time of sending (Poisson arrivals):` : '',
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
  const rowsPerSecond = (i: number) => (turn: (typeof measured)[number]['loop'][number]) => {
    const { batch, runs, seconds } = turn.batches[i]!;
    return (batch * runs) / seconds;
  };
  return table(
    ['Engine alone, one core', ...batches.map((batch) => `rows/s, batch ${batch}`)],
    measured.map(({ label, loop }) => [
      label,
      ...batches.map((_, i) => number(median(loop.map(rowsPerSecond(i))))),
    ]),
  );
}

function failures({ contenders }: SuiteResult): string {
  return contenders
    .filter(({ failure }) => failure !== undefined)
    .map(({ label, failure }) => `Not measured: ${label}: ${failure}`)
    .join('\n\n');
}
