import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { runtime } from '../../local/support/local-runtime';
import { until } from './wait';

const ROOT = path.resolve(__dirname, '../../..');

/** The runtime as a process of its own, with a channel to its parent. */
export class RuntimeProcess {
  stdout = '';
  stderr = '';
  readonly messages: { type: string; inference?: number; management?: number }[] = [];
  /** Exit code, or the signal that ended it. */
  readonly exit: Promise<number | string>;
  private readonly child: ChildProcess;

  /** @param launch more variables, and arguments after the program */
  constructor(
    config: unknown,
    launch: { readonly env?: Readonly<Record<string, string>>; readonly args?: readonly string[] } = {},
  ) {
    const { INFERSTACK_CONFIG: _, ...env } = process.env;
    const text = config === undefined || typeof config === 'string' ? config : JSON.stringify(config);
    this.child = spawn(process.execPath, [runtime.file, ...(launch.args ?? [])], {
      cwd: ROOT,
      env: { ...env, ...launch.env, ...(text !== undefined && { INFERSTACK_CONFIG: text }) },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.child.stdout!.on('data', (chunk) => {
      this.stdout += chunk;
    });
    this.child.stderr!.on('data', (chunk) => {
      this.stderr += chunk;
    });
    this.child.on('message', (message) => this.messages.push(message as never));
    // Not `close`: it never comes once this side has closed the channel.
    const outputs = [this.child.stdout!, this.child.stderr!].map((stream) => once(stream, 'end'));
    this.exit = once(this.child, 'exit').then(async ([code, signal]) => {
      await Promise.all(outputs);
      return code ?? signal;
    });
    running.add(this);
    void this.exit.then(() => running.delete(this));
  }

  /** Waits for a message to the parent; fails when the process ends before. */
  async message(type: string): Promise<{ inference?: number; management?: number }> {
    const find = () => this.messages.find((message) => message.type === type);
    await until(() => find() !== undefined || this.child.exitCode !== null, 60_000);
    const found = find();
    if (!found) throw new Error(`ended before it said ${type}:\n${this.stdout}${this.stderr}`);
    return found;
  }

  async ready(): Promise<{ inference: number; management: number }> {
    const { inference, management } = await this.message('listening');
    await this.message('ready');
    return { inference: inference!, management: management! };
  }

  /** Lines of the log. */
  get log(): Record<string, never>[] {
    return this.stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Closes the channel, as when the parent dies. */
  disconnect(): void {
    this.child.disconnect();
  }
}

const running = new Set<RuntimeProcess>();

/** For afterEach: ends what a failed test left. */
export async function endProcesses(): Promise<void> {
  for (const left of running) {
    left.kill('SIGKILL');
    await left.exit;
  }
}
