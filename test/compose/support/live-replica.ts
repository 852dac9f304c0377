import type { RuntimeConfig } from '@inferstack/runtime/contract';
import { RuntimeProcess } from '../../runtime/support/process';
import { freePorts } from './live-balancer';

/** A replica on this machine that comes back at the same place, as its container would. */
export class LiveReplica {
  private process: RuntimeProcess | undefined;

  private constructor(
    private readonly config: RuntimeConfig,
    readonly inference: number,
    readonly grpc: number,
  ) {}

  /** The configuration that is deployed, with addresses of this machine and nothing else replaced. */
  static async create(config: RuntimeConfig, modelDirectory: string): Promise<LiveReplica> {
    const [inference, grpc] = await freePorts(2);
    const at = (port: number) => ({ host: '127.0.0.1', port });
    const listeners = { inference: at(inference!), grpc: at(grpc!), management: at(0) };
    const models = config.models.map((model) => ({ ...model, uri: modelDirectory }));
    return new LiveReplica({ ...config, listeners, models }, inference!, grpc!);
  }

  async start(): Promise<void> {
    this.process = new RuntimeProcess(this.config);
    await this.process.ready();
  }

  /** SIGKILL: as when the kernel takes its memory. SIGTERM: as when its container is replaced. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    this.process?.kill(signal);
    await this.process?.exit;
  }
}
