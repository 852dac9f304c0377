import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts CPU time in hundredths of a second for user space, on every architecture. */
const TICKS_PER_SECOND = 100;

export interface Memory {
  /** Resident set sizes added up: pages shared by several processes count several times. */
  readonly rssMiB: number;
  /** Proportional set sizes added up: a shared page counts once in total. */
  readonly pssMiB: number;
  /** The part of it that no file backs, so that the kernel cannot drop it. */
  readonly anonymousMiB: number;
}

interface ProcessStat {
  readonly parent: number;
  readonly cpuSeconds: number;
}

/** The process and everything it started that still has a living parent. */
export function processTree(root: number): number[] {
  const parents = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => [Number(name), readStat(Number(name))?.parent]),
  );
  const tree = [root];
  for (const pid of tree) {
    for (const [child, parent] of parents) if (parent === pid) tree.push(child);
  }
  return tree;
}

/** CPU time the processes used so far, children that ended included. */
export function cpuSeconds(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + (readStat(pid)?.cpuSeconds ?? 0), 0);
}

export function memory(pids: readonly number[]): Memory {
  const sums = { rssMiB: 0, pssMiB: 0, anonymousMiB: 0 };
  for (const pid of pids) {
    const text = read(`/proc/${pid}/smaps_rollup`);
    if (text === undefined) continue;
    sums.rssMiB += kilobytes(text, 'Rss') / 1024;
    sums.pssMiB += kilobytes(text, 'Pss') / 1024;
    sums.anonymousMiB += kilobytes(text, 'Pss_Anon') / 1024;
  }
  return sums;
}

/** Busy time of all cores of the machine so far: everything but idle and waiting for disks. */
export function machineBusySeconds(): number {
  const [user, nice, system, , , irq, softirq, steal] = readFileSync('/proc/stat', 'utf8')
    .split('\n', 1)[0]!
    .split(/\s+/)
    .slice(1)
    .map(Number) as [number, number, number, number, number, number, number, number];
  return (user + nice + system + irq + softirq + steal) / TICKS_PER_SECOND;
}

/** Source: proc_pid_stat(5). The name in parentheses may hold spaces, so fields are counted after it. */
function readStat(pid: number): ProcessStat | undefined {
  const text = read(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const ticks = fields[11]! + fields[12]! + fields[13]! + fields[14]!;
  return { parent: fields[1]!, cpuSeconds: ticks / TICKS_PER_SECOND };
}

function kilobytes(text: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(text)![1]);
}

/** Processes end while they are looked at. */
function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
