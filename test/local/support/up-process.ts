import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { ROOT, runtime } from './local-runtime';

interface UpEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

interface UpStart {
  readonly command?: readonly string[];
  readonly cwd?: string;
}

const TSX = pathToFileURL(require.resolve('tsx')).href;

/** `inferstack up --json` as a process of its own. */
export class UpProcess {
  readonly events: UpEvent[] = [];
  stderr = '';
  private readonly child: ChildProcess;
  private readonly waiting = new Set<() => void>();

  /** @param start the command and where it runs; by default with the runtime from its sources, in the project */
  constructor(app: string, env: NodeJS.ProcessEnv = {}, start: UpStart = {}) {
    const { command = [path.join(__dirname, 'run-up.ts')], cwd = ROOT } = start;
    this.child = spawn(process.execPath, ['--import', TSX, ...command, app, '--json'], {
      cwd,
      env: { ...process.env, TEST_RUNTIME: runtime.file, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stderr!.on('data', (chunk) => {
      this.stderr += String(chunk);
    });
    createInterface({ input: this.child.stdout! }).on('line', (line) => {
      this.events.push(JSON.parse(line) as UpEvent);
      for (const check of this.waiting) check();
    });
  }

  /** The first event of a type, now or later. */
  async event(type: string): Promise<UpEvent> {
    const find = () => this.events.find((event) => event.type === type);
    if (find() === undefined) {
      await new Promise<void>((resolve) => {
        const check = (): void => {
          if (find() === undefined) return;
          this.waiting.delete(check);
          resolve();
        };
        this.waiting.add(check);
      });
    }
    return find()!;
  }

  /** Of all replicas that ever ran. */
  get replicaPids(): number[] {
    const pids = this.events.filter(({ type }) => type === 'replica').map(({ pid }) => pid);
    return [...new Set(pids.filter((pid) => typeof pid === 'number'))];
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async exit(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
    return this.child.exitCode;
  }
}
