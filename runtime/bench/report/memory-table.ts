import type { MemoryResult, MemoryRow } from '../run/results';
import { number, table } from './format';
import { median } from './statistics';

const OWN = 'inferstack';

/** What each version more adds to a replica, proportional set size. */
export function perVersionMiB({ rows }: MemoryResult): number {
  const own = rows.filter(({ id }) => id === OWN);
  return added(own, ({ versions }) => versions);
}

/** What a replica takes, and each version or process more. */
export function memorySection(memory: MemoryResult): string {
  const peers = memory.rows.filter(({ id }) => id !== OWN);
  const file = number(memory.modelBytes / 1e6);
  return [
    `## Memory, ${memory.model} (${file} MB)`,
    'After the first predictions of every version. PSS counts a page that several processes map once; "anonymous" is the part of it that no file backs, which the kernel cannot drop.',
    table(['Server', 'versions', 'processes', 'PSS MiB', 'anonymous MiB'], memory.rows.map(row)),
    `inferstack: ${number(pss(first(memory.rows, OWN)))} MiB a replica, ${number(perVersionMiB(memory))} MiB each version more. ` +
      `FastAPI, tuned: ${number(pss(peers[0]))} MiB a process, ${number(added(peers, ({ processes }) => processes))} MiB each process more.`,
  ].join('\n\n');
}

function row(of: MemoryRow): string[] {
  const { label, versions, processes, samples } = of;
  const anonymous = median(samples.map(({ anonymousMiB }) => anonymousMiB));
  return [label, String(versions), String(processes), number(pss(of)), number(anonymous)];
}

/** From the fewest to the most, for each of them. */
function added(rows: readonly MemoryRow[], count: (row: MemoryRow) => number): number {
  const [least, most] = [rows[0], rows.at(-1)];
  if (!least || !most || least === most) return Number.NaN;
  return (pss(most) - pss(least)) / (count(most) - count(least));
}

function first(rows: readonly MemoryRow[], id: string): MemoryRow | undefined {
  return rows.find((each) => each.id === id);
}

function pss(row: MemoryRow | undefined): number {
  return median(row?.samples.map(({ pssMiB }) => pssMiB) ?? []);
}
