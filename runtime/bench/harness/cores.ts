import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** CPU numbers as Linux counts them. */
export type Cores = readonly number[];

/**
 * Where server and client run. `one-core`: the whole server on one core, the client on others. `two-cores`: the
 * server on two cores with two workers; the client on others if there are any, else on the same two.
 */
export type LayoutName = 'one-core' | 'two-cores';

export interface Layout {
  readonly name: LayoutName;
  readonly server: Cores;
  readonly client: Cores;
  /** The client takes time from the server. */
  readonly shared: boolean;
  /** Processes or workers a server is given. */
  readonly workers: number;
}

/** @throws Error when fewer than two cores are allowed: client and server would measure each other */
export function layout(name: LayoutName, allowed: Cores = allowedCores()): Layout {
  const workers = name === 'one-core' ? 1 : 2;
  if (allowed.length < 2) {
    throw new Error(`benchmarks need 2 cores, one for the client; allowed here: ${allowed.join(', ')}`);
  }
  const server = allowed.slice(0, workers);
  const others = allowed.slice(workers, workers + 2);
  const shared = others.length === 0;
  return { name, server, client: shared ? server : others, shared, workers };
}

/** Cores this process may use, from /proc/self/status. */
export function allowedCores(status: string = readFileSync('/proc/self/status', 'utf8')): Cores {
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)![1]!;
  return list.split(',').flatMap((part) => {
    const [first, last = first] = part.split('-').map(Number);
    return Array.from({ length: last! - first! + 1 }, (_, i) => first! + i);
  });
}

/** The command, confined to the cores. `taskset` replaces itself, so the process id stays the command's own. */
export function pinned(cores: Cores, command: readonly string[]): string[] {
  return ['taskset', '--cpu-list', cores.join(','), ...command];
}

/** Confines this process itself. */
export function pinSelf(cores: Cores): void {
  execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', cores.join(','), String(process.pid)], {
    stdio: 'ignore',
  });
}
