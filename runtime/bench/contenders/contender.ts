import type { Layout } from '../harness/cores';
import type { BenchModel } from '../requests/bench-model';
import type { Encoding } from '../requests/encoding';

/** A command line with what it runs in. */
export interface Command {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface ServerContext {
  readonly model: BenchModel;
  /** All versions of the model to serve. @default - the model alone */
  readonly versions?: readonly BenchModel[];
  readonly port: number;
  readonly layout: Layout;
  /** An empty directory for configuration files. */
  readonly scratch: string;
}

export interface LoopContext {
  readonly model: BenchModel;
  readonly seconds: number;
  readonly batch: number;
}

interface ContenderBase {
  /** Name in options and results. */
  readonly id: string;
  /** Name in the tables. */
  readonly label: string;
  /** Folder of the Python environment it needs. */
  readonly python?: PythonEnvironment;
  /** Makes what it needs ready; throws when it cannot run here. */
  prepare?(): Promise<void> | void;
}

/** A server that answers predictions. */
export interface ServerContender extends ContenderBase {
  readonly kind: 'server';
  readonly encoding: Encoding;
  command(context: ServerContext): Command;
}

/** The engine alone, in a loop: takes the JSON request on standard input, prints `{"runs", "seconds"}`. */
export interface LoopContender extends ContenderBase {
  readonly kind: 'loop';
  command(context: LoopContext): Command;
}

export type Contender = ServerContender | LoopContender;

export type PythonEnvironment = 'fastapi' | 'mlserver' | 'bentoml' | 'litserve';
