import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end, whatever its exit code. */
export function outcome(command: string, args: readonly string[], env = process.env): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { env, maxBuffer: 64e6 }, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== 'number') reject(error);
      else resolve({ code: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}

/** Podman and buildah with a storage of their own, which is gone afterwards. */
export class Engine {
  readonly directory = mkdtempSync(path.join(tmpdir(), 'inferstack-image-'));
  readonly driver: string;
  readonly env: NodeJS.ProcessEnv;
  private readonly storage: readonly string[];

  constructor() {
    const scratch = this.place('tmp');
    mkdirSync(scratch);
    // Cache mounts of builds are kept below it.
    this.env = { ...process.env, TMPDIR: scratch };
    this.driver = this.overlayWorks() ? 'overlay' : 'vfs';
    const [root, runroot] = [this.place('storage'), this.place('run')];
    this.storage = ['--root', root, '--runroot', runroot, '--storage-driver', this.driver];
  }

  place(...names: string[]): string {
    return path.join(this.directory, ...names);
  }

  podmanArgs(args: readonly string[]): string[] {
    const own = ['--tmpdir', this.place('state'), '--cgroup-manager', 'cgroupfs', '--runtime', 'runc'];
    return [...this.storage, ...own, ...args];
  }

  tryPodman(...args: string[]): Promise<Outcome> {
    return outcome('podman', this.podmanArgs(args), this.env);
  }

  /** Standard output, without the line break at its end. */
  async podman(...args: string[]): Promise<string> {
    return expectSuccess(`podman ${args[0]}`, await this.tryPodman(...args));
  }

  async buildah(...args: string[]): Promise<string> {
    return expectSuccess(
      `buildah ${args[0]}`,
      await outcome('buildah', [...this.storage, ...args], this.env),
    );
  }

  async close(): Promise<void> {
    await this.tryPodman('rm', '--all', '--force', '--time', '0');
    await this.tryPodman('image', 'unmount', '--all', '--force');
    // The storage mounts itself, so that its mounts stay private.
    for (const name of ['overlay', 'overlay-containers']) {
      const place = this.place('storage', name);
      if (existsSync(place)) await outcome('umount', [place]);
    }
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 3 });
  }

  /** Not where the directory itself is on such a file system, as in a container. */
  private overlayWorks(): boolean {
    const at = (name: string) => this.place('probe', name);
    for (const name of ['lower', 'upper', 'work', 'merged']) mkdirSync(at(name), { recursive: true });
    const options = `lowerdir=${at('lower')},upperdir=${at('upper')},workdir=${at('work')}`;
    try {
      execFileSync('mount', ['-t', 'overlay', 'overlay', '-o', options, at('merged')], { stdio: 'ignore' });
      execFileSync('umount', [at('merged')]);
      return true;
    } catch {
      return false;
    } finally {
      rmSync(this.place('probe'), { recursive: true, force: true });
    }
  }
}

export function expectSuccess(what: string, { code, stdout, stderr }: Outcome): string {
  if (code !== 0) throw new Error(`${what} ended with ${code}:\n${`${stdout}\n${stderr}`.slice(-4000)}`);
  return stdout.trimEnd();
}
