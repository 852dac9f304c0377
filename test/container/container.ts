import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { RuntimeConfig } from '@inferstack/runtime/contract';
import { get, type Reply } from '../runtime/support/http-client';
import { testConfig } from '../runtime/support/packages';
import { until } from '../runtime/support/wait';
import type { Engine, Outcome } from './engine';

const READY_LIMIT_MS = 120_000;

export interface RunOptions {
  readonly image: string;
  /** Directory with `<name>.tar.gz` of every model. */
  readonly models: string;
  readonly config: RuntimeConfig;
  readonly cpus: number;
  readonly memoryMiB: number;
}

/** What `/health` of the management listener says. */
export interface Health {
  readonly ready: boolean;
  readonly models: readonly {
    readonly execution: { readonly placement: string; readonly workers: number };
  }[];
}

/** A container of the image as a platform hardens it: read-only root, no capability, no new privileges, limits. */
export class Container {
  static async run(engine: Engine, name: string, options: RunOptions): Promise<Container> {
    const { image, models, config, cpus, memoryMiB } = options;
    const hardened = ['--read-only', '--read-only-tmpfs=false', '--tmpfs', '/tmp', '--cap-drop', 'all'];
    const limits = ['--memory', `${memoryMiB}m`, '--cpus', `${cpus}`];
    // Engines raise these beyond what some machines allow.
    const ulimits = ['--ulimit', 'nofile=1024:20000', '--ulimit', 'nproc=1000:1000'];
    // The check of health is run by hand: its timer would need systemd.
    const rest = ['--network', 'host', '--log-driver', 'k8s-file', '--health-interval', 'disable'];
    const given = [
      '--volume',
      `${models}:/models:ro`,
      '--env',
      `INFERSTACK_CONFIG=${JSON.stringify(config)}`,
    ];
    const security = ['--security-opt', 'no-new-privileges'];
    const args = [...hardened, ...security, ...limits, ...ulimits, ...rest, ...given];
    const started = performance.now();
    await engine.podman('run', '--detach', '--name', name, ...args, image);
    const container = new Container(engine, name, config);
    await container.ready();
    container.readyMs = performance.now() - started;
    return container;
  }

  /** From the start of the engine's command until every model serves, milliseconds. */
  readyMs = 0;

  private constructor(
    private readonly engine: Engine,
    private readonly name: string,
    config: RuntimeConfig,
  ) {
    this.inference = config.listeners.inference.port;
    this.management = config.listeners.management.port;
  }

  readonly inference: number;
  readonly management: number;

  async health(): Promise<Health> {
    return (await get(this.management, '/health')).json as Health;
  }

  /** A field as in `podman inspect --format`. */
  inspect(format: string): Promise<string> {
    return this.engine.podman('inspect', '--format', format, this.name);
  }

  /** Another process in the container. */
  exec(user: string, ...command: string[]): Promise<Outcome> {
    return this.engine.tryPodman('exec', '--user', user, this.name, ...command);
  }

  /** Evaluates an expression with the Node of the image, under the limits of the container. */
  async evaluate(expression: string): Promise<ReturnType<typeof JSON.parse>> {
    const code = `console.log(JSON.stringify(${expression}))`;
    return JSON.parse(await this.engine.podman('exec', this.name, 'node', '-e', code));
  }

  /** Runs the HEALTHCHECK of the image once. Returns its exit code. */
  async healthcheck(): Promise<number> {
    return (await this.engine.tryPodman('healthcheck', 'run', this.name)).code;
  }

  /** A field of /proc/<pid>/status of the first process, as seen from outside. */
  async processStatus(): Promise<(field: string) => string[]> {
    const status = readFileSync(`/proc/${await this.inspect('{{.State.Pid}}')}/status`, 'utf8');
    return (field) => new RegExp(`^${field}:\\s+(.*)$`, 'm').exec(status)![1]!.split(/\s+/);
  }

  async threads(): Promise<number> {
    return readdirSync(`/proc/${await this.inspect('{{.State.Pid}}')}/task`).length;
  }

  async terminate(): Promise<void> {
    await this.engine.podman('kill', '--signal', 'TERM', this.name);
  }

  /** Waits for the end. Returns the exit code. */
  async exitCode(): Promise<number> {
    return Number(await this.engine.podman('wait', this.name));
  }

  remove(): Promise<unknown> {
    return this.engine.tryPodman('rm', '--force', '--time', '0', this.name);
  }

  private async ready(): Promise<void> {
    let last: Reply | undefined;
    const isReady = async (): Promise<boolean> => {
      last = await get(this.management, '/health').catch(() => undefined);
      return last?.status === 200 || (await this.ended(last));
    };
    await until(isReady, READY_LIMIT_MS);
    if (last?.status === 200) return;
    const { stdout, stderr } = await this.engine.tryPodman('logs', this.name);
    throw new Error(`${this.name} ended before it was ready:\n${stdout}${stderr}`);
  }

  private async ended(reply: Reply | undefined): Promise<boolean> {
    return reply === undefined && (await this.inspect('{{.State.Running}}')) !== 'true';
  }
}

/** The models of a container below /models, its listeners on free ports of the loopback interface. */
export async function containerConfig(models: readonly string[]): Promise<RuntimeConfig> {
  const config = testConfig(models, { drain: { delayMs: 0, timeoutMs: 60_000 } });
  const [inference, management] = [await freePort(), await freePort()];
  const host = '127.0.0.1';
  return {
    ...config,
    models: config.models.map((model) => ({ ...model, uri: `/models/${model.name}.tar.gz` })),
    listeners: { inference: { host, port: inference }, grpc: null, management: { host, port: management } },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}
