import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const ROOT = path.resolve(__dirname, '../../..');
const TSX = pathToFileURL(require.resolve('tsx')).href;
const APP = path.join(ROOT, 'test/registries/support/source-app.ts');

export interface CommandRun {
  readonly code: number;
  readonly json: Readonly<Record<string, unknown>>;
}

/** A project of a user: a directory with an app whose model comes from a registry. */
export class Project {
  readonly directory = mkdtempSync(path.join(tmpdir(), 'inferstack-registries-'));

  constructor(private readonly env: Readonly<Record<string, string>> = {}) {
    process.once('exit', () => this.remove());
  }

  /** Runs `inferstack ... --json` for an app with this source, as a process. */
  async inferstack(source: readonly unknown[], ...args: string[]): Promise<CommandRun> {
    const child = spawn(
      process.execPath,
      ['--import', TSX, path.join(ROOT, 'lib/cli/main.ts'), ...args, '--json'],
      {
        cwd: this.directory,
        env: this.environment(source),
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let out = '';
    // Much of it is what was meant to fail; it is shown when nothing else tells what happened.
    let err = '';
    child.stdout.on('data', (text) => (out += text));
    child.stderr.on('data', (text) => (err += text));
    const [code] = (await once(child, 'close')) as [number];
    if (out === '') throw new Error(`inferstack ${args.join(' ')} ended with ${code}:\n${err}`);
    return { code, json: JSON.parse(out) as CommandRun['json'] };
  }

  lock(source: readonly unknown[], ...options: string[]): Promise<CommandRun> {
    return this.inferstack(source, 'model', 'lock', APP, ...options);
  }

  /** Synthesizes the app and returns the digest of its model. */
  synthesize(source: readonly unknown[]): string {
    rmSync(this.built, { force: true });
    this.run(APP, source);
    return readFileSync(this.built, 'utf8').trim();
  }

  /** Runs an app, as `cdk synth` or the like would. */
  run(app: string, source: readonly unknown[] = []): void {
    execFileSync(process.execPath, ['--import', TSX, app], {
      cwd: this.directory,
      env: this.environment(source),
      stdio: 'pipe',
    });
  }

  forgetCache(): void {
    rmSync(path.join(this.directory, '.inferstack'), { recursive: true, force: true });
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  private get built(): string {
    return path.join(this.directory, 'built');
  }

  /** Of everything that runs in the project. */
  environment(source: readonly unknown[]): NodeJS.ProcessEnv {
    return {
      ...process.env,
      TSX_TSCONFIG_PATH: path.join(ROOT, 'tsconfig.json'),
      TEST_SOURCE: JSON.stringify(source),
      TEST_OUTPUT: this.built,
      ...this.env,
    };
  }
}
