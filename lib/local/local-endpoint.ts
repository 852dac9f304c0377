import type { AppEndpoint } from './app-endpoint';
import { LoadBalancer } from './load-balancer';
import { localRuntimeConfig } from './local-config';
import { Management } from './management';
import { Replica, type ReplicaEvents, type ReplicaState } from './replica';
import type { StatsSnapshot } from './request-stats';
import type { RunKey } from './run-key';
import type { RuntimeEntry } from './runtime-entry';
import { TcpBalancer } from './tcp-balancer';

export interface EndpointStatus {
  readonly name: string;
  readonly url: string;
  /** `127.0.0.1:<port>`; null without gRPC. */
  readonly grpcAddress: string | null;
  readonly managementUrl: string;
  /** Every model that is served, the main one first. */
  readonly models: readonly ModelIdentity[];
  /** Whether at least one replica takes requests. */
  readonly ready: boolean;
  readonly replicas: readonly ReplicaStatus[];
  readonly requests: StatsSnapshot & { readonly inFlight: number };
}

export interface ModelIdentity {
  readonly name: string;
  readonly version: string;
  readonly digest: string;
}

export interface ReplicaStatus {
  readonly replica: number;
  readonly state: ReplicaState;
  readonly pid: number | undefined;
  readonly restarts: number;
  readonly lastFailure: string | undefined;
}

/** One endpoint of the app on this machine: replicas, the load balancer before them, and their metrics. */
export class LocalEndpoint {
  /** Where predictions are asked for, `http://127.0.0.1:<port>`. */
  url = '';
  /** Where the same is asked for over gRPC, `127.0.0.1:<port>`; null when the endpoint does not speak it. */
  grpcAddress: string | null = null;
  /** Where metrics (`/metrics`) and status (`/`) are. */
  managementUrl = '';
  readonly replicas: readonly Replica[];
  private readonly balancer: LoadBalancer;
  private readonly grpcBalancer: TcpBalancer | undefined;
  private readonly management: Management;

  constructor(
    readonly source: AppEndpoint,
    replicas: number,
    entry: RuntimeEntry,
    events: ReplicaEvents,
    key: RunKey,
  ) {
    const settings = { config: localRuntimeConfig(source), entry, environment: key.environment };
    this.replicas = Array.from({ length: replicas }, (_, index) => new Replica(index, settings, events));
    this.balancer = new LoadBalancer(() => this.replicas.flatMap(({ upstream }) => upstream ?? []));
    if (source.runtimeConfig.listeners.grpc !== null) {
      const ready = () => this.replicas.flatMap(({ grpcUpstream }) => grpcUpstream ?? []);
      this.grpcBalancer = new TcpBalancer(ready);
    }
    this.management = new Management({
      replicas: () => this.replicas.flatMap((replica) => scrapeTarget(replica) ?? []),
      status: () => this.status(),
    });
  }

  get name(): string {
    return this.source.name;
  }

  /** The main model. */
  get model(): ModelIdentity {
    return this.models[0]!;
  }

  get models(): ModelIdentity[] {
    return this.source.runtimeConfig.models.map(({ name, version, digest }) => ({ name, version, digest }));
  }

  async listen(port: number, exact: boolean, managementPort: number): Promise<void> {
    this.url = await this.balancer.listen(port, exact);
    this.managementUrl = await this.management.listen(managementPort, false);
  }

  /** To be called when the ports of all endpoints are taken: gRPC goes where there is room. */
  async listenGrpc(port: number): Promise<void> {
    this.grpcAddress = (await this.grpcBalancer?.listen(port, false)) ?? null;
  }

  start(): void {
    for (const replica of this.replicas) replica.start();
  }

  /** Nothing that was accepted is lost: the balancer empties first, then the replicas drain. */
  async stop(): Promise<void> {
    const { limits, drain } = this.source.runtimeConfig;
    this.grpcBalancer?.close();
    await this.balancer.drain(Math.max(limits.requestTimeoutMs, drain.timeoutMs));
    await Promise.all(this.replicas.map((replica) => replica.stop()));
    this.grpcBalancer?.abort();
    this.management.close();
  }

  async kill(): Promise<void> {
    this.balancer.abort();
    this.grpcBalancer?.abort();
    this.management.close();
    await Promise.all(this.replicas.map((replica) => replica.kill()));
  }

  status(): EndpointStatus {
    return {
      name: this.name,
      url: this.url,
      grpcAddress: this.grpcAddress,
      managementUrl: this.managementUrl,
      models: this.models,
      ready: this.replicas.some(({ upstream }) => upstream !== undefined),
      replicas: this.replicas.map(({ index, state, pid, restarts, lastFailure }) => ({
        replica: index,
        state,
        pid,
        restarts,
        lastFailure,
      })),
      requests: this.balancer.snapshot(),
    };
  }
}

function scrapeTarget({ index, managementOrigin }: Replica): { replica: string; origin: string } | undefined {
  return managementOrigin === undefined ? undefined : { replica: String(index), origin: managementOrigin };
}
