import type { LayoutName } from '../harness/cores';
import type { Machine } from '../harness/machine';
import type { Memory } from '../harness/process-tree';
import type { Usage } from '../harness/usage';
import type { LoadResult, OpenLoopResult } from '../load/load-result';
import type { Encoding } from '../requests/encoding';
import type { Durations } from './durations';
import type { ModeName } from './modes';

export interface ClosedLoad {
  readonly concurrency: number;
  readonly result: LoadResult;
  readonly usage: Usage;
}

/** One start of a server, measured with the closed-loop client. */
export interface ClosedTurn {
  readonly firstReplyMs: number;
  readonly idleMemory: Memory;
  readonly loadedMemory: Memory;
  readonly loads: readonly ClosedLoad[];
}

export interface OpenLoad {
  readonly result: OpenLoopResult;
  readonly usage: Usage;
}

/** One start of a server, measured with the open-loop client. */
export interface OpenTurn {
  readonly loads: readonly OpenLoad[];
}

/** The engine alone at several batch sizes. */
export interface LoopTurn {
  readonly batches: readonly { readonly batch: number; readonly runs: number; readonly seconds: number }[];
}

export interface ContenderResult {
  readonly id: string;
  readonly label: string;
  readonly encoding: Encoding | undefined;
  /** Why it was not measured. */
  failure: string | undefined;
  readonly closed: ClosedTurn[];
  readonly open: OpenTurn[];
  readonly loop: LoopTurn[];
}

export interface SuiteResult {
  readonly model: string;
  readonly requestBytes: Readonly<Record<Encoding, number>>;
  readonly layout: LayoutName;
  /** Client and server had the same cores. */
  readonly shared: boolean;
  /** The rate every server was offered alike, by encoding; requests per second. */
  readonly commonRate: Partial<Record<Encoding, number>>;
  readonly contenders: readonly ContenderResult[];
}

/** Memory of one way of serving a model after its first predictions. */
export interface MemoryRow {
  readonly id: string;
  readonly label: string;
  /** Versions served side by side. */
  readonly versions: number;
  /** Processes with a copy each. */
  readonly processes: number;
  /** One for each round. */
  readonly samples: readonly Memory[];
}

export interface MemoryResult {
  readonly model: string;
  /** Size of the graph with its weights. */
  readonly modelBytes: number;
  readonly rows: readonly MemoryRow[];
}

/** How a part was taken. */
export interface RunFacts {
  readonly mode: ModeName;
  readonly machine: Machine;
  readonly durations: Durations;
  readonly startedAt: string;
  readonly minutes: number;
}

export type SuitePart = RunFacts & { readonly suite: SuiteResult };
export type MemoryPart = RunFacts & { readonly memory: MemoryResult };

/** What is measured in one go and written to a file of its own, so that the table can be made of several runs. */
export type Part = SuitePart | MemoryPart;

export const isSuite = (part: Part): part is SuitePart => 'suite' in part;
