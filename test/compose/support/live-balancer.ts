import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { until } from '../../runtime/support/wait';
import { temporaryFolder } from '../../support/temporary-folder';

/** Ports of the balancer's container. */
const BINDS = [8080, 8082, 8404, 8443] as const;
export type Bind = (typeof BINDS)[number];

/** Where replicas run on this machine, by name; names that are missing do not resolve, as when no container runs. */
export type Replicas = Readonly<Record<string, { readonly inference: number; readonly grpc: number }>>;

/** HAProxy with the very configuration that is deployed, its addresses replaced and nothing else. */
export class LiveBalancer {
  output = '';
  private readonly child: ChildProcess;

  private constructor(
    readonly ports: Readonly<Record<Bind, number>>,
    file: string,
  ) {
    this.child = spawn('haproxy', ['-W', '-db', '-f', file], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.on('data', (chunk) => {
        this.output += chunk;
      });
    }
    this.child.once('error', (error) => {
      this.output += error.message;
    });
  }

  /** @param certificate file with certificate and key, for configurations with TLS. */
  static async start(config: string, replicas: Replicas, certificate?: string): Promise<LiveBalancer> {
    const free = await freePorts(BINDS.length);
    const ports = Object.fromEntries(BINDS.map((bind, i) => [bind, free[i]!])) as Record<Bind, number>;
    const file = path.join(temporaryFolder(), 'haproxy.cfg');
    writeFileSync(file, localConfig(config, replicas, ports, certificate));
    const balancer = new LiveBalancer(ports, file);
    try {
      await until(() => balancer.isLive(), 20_000);
    } catch {
      await balancer.stop();
      throw new Error(`HAProxy did not start (Debian package haproxy):\n${balancer.output}`);
    }
    return balancer;
  }

  /** Replicas it sends requests to. */
  async ready(): Promise<number> {
    const response = await fetch(`http://127.0.0.1:${this.ports[8404]}/metrics`);
    const line = /^haproxy_backend_active_servers\{proxy="predictions"\} (\d+)$/m.exec(await response.text());
    return Number(line?.[1]);
  }

  /** Loads its configuration anew, as rollout.sh does. */
  reload(): void {
    this.child.kill('SIGHUP');
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.pid === undefined) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await exited;
  }

  private async isLive(): Promise<boolean> {
    if (this.child.exitCode !== null) throw new Error('it ended');
    try {
      return (await fetch(`http://127.0.0.1:${this.ports[8404]}/live`)).ok;
    } catch {
      return false;
    }
  }
}

export function localConfig(
  config: string,
  replicas: Replicas,
  ports: Readonly<Record<Bind, number>>,
  certificate?: string,
): string {
  return config
    .replace(/^( {2}bind) :(\d+)/gm, (_, bind, port) => `${bind} 127.0.0.1:${ports[Number(port) as Bind]}`)
    .replace(/^( {2}server (\S+)) \S+:(808[01])/gm, (line, start, name, port) => {
      const replica = replicas[name];
      if (replica === undefined) return line;
      return `${start} 127.0.0.1:${port === '8080' ? replica.inference : replica.grpc}`;
    })
    .replace(/\/etc\/inferstack\/tls\/\S+/g, certificate ?? '/dev/null');
}

/** Ports nobody listens on now: replicas must come back at the same place. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
