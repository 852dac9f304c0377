import type { AppEndpoint } from './app-endpoint';
import { LoadBalancer } from './load-balancer';
import { localRuntimeConfig } from './local-config';
import { Management } from './management';
import { Replica, type ReplicaEvents, type ReplicaState } from './replica';
import type { StatsSnapshot } from './request-stats';
import { type EndpointRollout, type ReplicaAddress, RolloutWatch } from './rollouts';
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
  /** Versions that take over from others, as all replicas see them together. */
  readonly rollouts: readonly EndpointRollout[];
}

export interface LocalEndpointEvents extends ReplicaEvents {
  /** A rollout came into another phase or step. */
  rollout(rollout: EndpointRollout): void;
}

export interface LocalEndpointSettings {
  readonly replicas: number;
  readonly entry: RuntimeEntry;
  /** Variables of the replicas besides those of this process. */
  readonly environment: Readonly<Record<string, string>>;
  /** Lets this process act on the rollouts of the replicas. */
  readonly key: string;
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

/** One endpoint of the app on this machine: replicas, the load balancer before them, their metrics and rollouts. */
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
  private readonly rollouts: RolloutWatch;

  constructor(
    readonly source: AppEndpoint,
    { replicas, key, ...launch }: LocalEndpointSettings,
    events: LocalEndpointEvents,
  ) {
    const settings = { config: localRuntimeConfig(source), ...launch };
    this.replicas = Array.from({ length: replicas }, (_, index) => new Replica(index, settings, events));
    const addresses = () => this.replicas.flatMap((replica) => addressOf(replica) ?? []);
    this.rollouts = new RolloutWatch({
      ...{ replicas: addresses, key },
      onChange: (rollout) => events.rollout(rollout),
    });
    this.balancer = new LoadBalancer(() => this.replicas.flatMap(({ upstream }) => upstream ?? []));
    if (source.runtimeConfig.listeners.grpc !== null) {
      const ready = () => this.replicas.flatMap(({ grpcUpstream }) => grpcUpstream ?? []);
      this.grpcBalancer = new TcpBalancer(ready);
    }
    this.management = new Management({
      replicas: addresses,
      status: () => this.status(),
      rollouts: this.rollouts,
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
    if (this.source.runtimeConfig.rollouts !== undefined) this.rollouts.start();
  }

  /** Nothing that was accepted is lost: the balancer empties first, then the replicas drain. */
  async stop(): Promise<void> {
    const { limits, drain } = this.source.runtimeConfig;
    this.rollouts.stop();
    this.grpcBalancer?.close();
    await this.balancer.drain(Math.max(limits.requestTimeoutMs, drain.timeoutMs));
    await Promise.all(this.replicas.map((replica) => replica.stop()));
    this.grpcBalancer?.abort();
    this.management.close();
  }

  async kill(): Promise<void> {
    this.rollouts.stop();
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
      rollouts: this.rollouts.current,
    };
  }
}

function addressOf({ index, managementOrigin }: Replica): ReplicaAddress | undefined {
  return managementOrigin === undefined ? undefined : { replica: String(index), origin: managementOrigin };
}
