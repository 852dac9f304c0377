import { readdirSync, readFileSync } from 'node:fs';

/** Worker processes of a process, read from the kernel. */
export function workersOf(pid: number): number[] {
  const children = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry) && isWorker(entry, pid));
  return children.map(Number);
}

function isWorker(entry: string, parent: number): boolean {
  try {
    // After the name in parentheses: state, parent.
    const [, ppid] = readFileSync(`/proc/${entry}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return Number(ppid) === parent && readFileSync(`/proc/${entry}/cmdline`, 'utf8').includes('worker-main');
  } catch {
    return false; // it has just ended
  }
}

/** Sends a signal to a process that may just have ended. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // it has just ended
  }
}
