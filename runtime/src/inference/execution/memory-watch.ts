import { readFileSync, writeFileSync } from 'node:fs';

/** Time between two looks: what is allocated between is found out late. */
const INTERVAL_MS = 100;
/** The kernel, when it has to, ends first whatever has the highest score. */
const FIRST_TO_END = '1000';

/**
 * Looks at the memory of a process that cannot be taken back: allocated, not mapped from files. Linux only; elsewhere
 * nothing is watched.
 *
 * Source: proc_pid_status(5), proc_pid_oom_score_adj(5)
 */
export class MemoryWatch {
  /** undefined where memory cannot be seen. */
  static of(
    pid: number | undefined,
    maxBytes: number,
    onExceeded: (bytes: number) => void,
  ): MemoryWatch | undefined {
    if (pid === undefined || memoryOf(pid) === undefined) return undefined;
    endFirst(pid);
    return new MemoryWatch(pid, maxBytes, onExceeded);
  }

  private readonly timer: NodeJS.Timeout;

  private constructor(pid: number, maxBytes: number, onExceeded: (bytes: number) => void) {
    this.timer = setInterval(() => {
      const bytes = memoryOf(pid);
      if (bytes === undefined || bytes <= maxBytes) return;
      this.stop();
      onExceeded(bytes);
    }, INTERVAL_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }
}

/** Bytes; undefined when there is no such process, or this is not Linux. */
export function memoryOf(pid: number): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const kinds = [...status.matchAll(/^(?:RssAnon|RssShmem|VmSwap):\s+(\d+) kB$/gm)];
    return kinds.length === 0 ? undefined : kinds.reduce((sum, [, kib]) => sum + Number(kib) * 1024, 0);
  } catch {
    return undefined;
  }
}

/** Should memory run out faster than it is looked at, the kernel is to choose this process, not the one that serves. */
function endFirst(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, FIRST_TO_END);
  } catch {
    // Not allowed here: the watch remains.
  }
}
