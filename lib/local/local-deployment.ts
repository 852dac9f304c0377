import { ProblemError } from '@inferstack/runtime/contract';
import type { AppEndpoint } from './app-endpoint';
import { type EndpointStatus, LocalEndpoint, type LocalEndpointEvents } from './local-endpoint';
import type { Replica, ReplicaState } from './replica';
import type { EndpointRollout } from './rollouts';
import { RunFolder } from './run-folder';
import { RunKey } from './run-key';
import { installedRuntime, type RuntimeEntry } from './runtime-entry';
import { replicaCount, selectEndpoints } from './select-endpoints';
import { withStable } from './stable-trial';

export interface LocalOptions {
  /** Replicas of each endpoint. @default - minReplicas of the endpoint, at least 1 */
  readonly replicas?: number;
  /**
   * Port of the first endpoint; the next ones follow. 0 takes any free ports.
   * @default - 8080, or the next free one
   */
  readonly port?: number;
  /** Starts only the endpoint of this name or construct path. @default - all endpoints of the app */
  readonly endpoint?: string;
  /**
   * Package that counts as deployed: rollouts of the platform are tried from it, with their own steps and gates.
   * @default - none: such rollouts do not happen here
   */
  readonly stable?: string;
  /** The serving runtime. @default - the one installed with this library */
  readonly runtime?: RuntimeEntry;
  /** Called whenever a replica changes or writes a line, or a rollout comes further. @default - nobody listens */
  readonly onEvent?: (event: LocalEvent) => void;
}

export type LocalEvent =
  | {
      readonly type: 'replica';
      readonly endpoint: string;
      readonly replica: number;
      readonly state: ReplicaState;
      readonly pid: number | undefined;
      /** Why it ended, when it did. */
      readonly failure: string | undefined;
    }
  | { readonly type: 'log'; readonly endpoint: string; readonly replica: number; readonly line: string }
  | { readonly type: 'rollout'; readonly endpoint: string; readonly rollout: EndpointRollout };

const DEFAULT_PORT = 8080;
const DEFAULT_GRPC_PORT = 8081;
const DEFAULT_MANAGEMENT_PORT = 9090;

/** The endpoints of an app, running on this machine. Made by `startLocal`. */
export class LocalDeployment {
  readonly endpoints: readonly LocalEndpoint[];
  private readonly key = new RunKey();
  private readonly folder = new RunFolder();
  private settle: { resolve: () => void; reject: (error: Error) => void } | undefined;
  private stopped: Promise<void> | undefined;

  /** @throws ProblemError LOCAL_ENDPOINT_UNKNOWN, LOCAL_STABLE, LOCAL_REPLICAS, LOCAL_RUNTIME_MISSING */
  constructor(
    endpoints: readonly AppEndpoint[],
    private readonly options: LocalOptions = {},
  ) {
    const entry = options.runtime ?? installedRuntime();
    const key = this.key.text;
    // Of this run alone: whoever starts anew tries anew.
    const environment = { ...this.key.environment, INFERSTACK_STATE: this.folder.directory };
    const selected = selectEndpoints(endpoints, options.endpoint);
    const tried = options.stable === undefined ? selected : withStable(selected, options.stable);
    this.endpoints = tried.map(
      (endpoint) =>
        new LocalEndpoint(
          endpoint,
          { ...{ entry, environment, key }, replicas: replicaCount(endpoint, options.replicas) },
          this.eventsOf(endpoint),
        ),
    );
  }

  /**
   * Resolves when every replica is ready; until then requests are answered with 503.
   *
   * @throws ProblemError LOCAL_PORT, LOCAL_STATE, LOCAL_REPLICA_FAILED with the words of the replica; nothing is left running.
   */
  async start(): Promise<void> {
    const ready = new Promise<void>((resolve, reject) => {
      this.settle = { resolve, reject };
    });
    // Whoever stops a deployment that could not listen rejects it before anyone waits.
    ready.catch(() => undefined);
    try {
      this.folder.create();
      await this.listen();
      this.publish();
      for (const endpoint of this.endpoints) endpoint.start();
      await ready;
    } catch (error) {
      await this.kill();
      throw error;
    }
  }

  status(): EndpointStatus[] {
    return this.endpoints.map((endpoint) => endpoint.status());
  }

  /** Drains: requests in progress are answered, then the replicas stop as they would on the platform. */
  stop(): Promise<void> {
    this.stopped ??= Promise.all(this.endpoints.map((endpoint) => endpoint.stop())).then(() => this.end());
    return this.stopped;
  }

  /** Ends everything at once; requests in progress are lost. */
  async kill(): Promise<void> {
    await Promise.all(this.endpoints.map((endpoint) => endpoint.kill()));
    this.end();
  }

  private async listen(): Promise<void> {
    const { port } = this.options;
    const any = port === 0;
    for (const [i, endpoint] of this.endpoints.entries()) {
      const wanted = any ? 0 : (port ?? DEFAULT_PORT) + (port === undefined ? 0 : i);
      await endpoint.listen(wanted, port !== undefined, any ? 0 : DEFAULT_MANAGEMENT_PORT);
    }
    for (const endpoint of this.endpoints) await endpoint.listenGrpc(any ? 0 : DEFAULT_GRPC_PORT);
  }

  private eventsOf(endpoint: AppEndpoint): LocalEndpointEvents {
    const { onEvent } = this.options;
    const who = (replica: Replica) => ({ endpoint: endpoint.name, replica: replica.index });
    return {
      changed: (replica) => {
        const { state, pid } = replica;
        const failure = state === 'restarting' || state === 'crash-looping' ? replica.lastFailure : undefined;
        onEvent?.({ type: 'replica', ...who(replica), state, pid, failure });
        this.onChange(endpoint, replica);
      },
      line: (replica, line) => onEvent?.({ type: 'log', ...who(replica), line }),
      rollout: (rollout) => onEvent?.({ type: 'rollout', endpoint: endpoint.name, rollout }),
    };
  }

  /** A replica that ends before it was ever ready would end again: its words are worth more than patience. */
  private onChange(endpoint: AppEndpoint, replica: Replica): void {
    if (replica.restarts > 0 && !replica.everReady) this.settle?.reject(replicaFailed(endpoint, replica));
    const all = this.endpoints.flatMap(({ replicas }) => replicas);
    if (all.every(({ everReady }) => everReady)) this.settle?.resolve();
  }

  /** So that other processes of this user can find it. */
  private publish(): void {
    const endpoints = this.endpoints.map(({ name, managementUrl }) => ({ name, managementUrl }));
    this.folder.publish({ pid: process.pid, key: this.key.text, endpoints });
  }

  private end(): void {
    this.folder.remove();
    this.settle?.reject(new Error('stopped before it was ready'));
  }
}

function replicaFailed(endpoint: AppEndpoint, replica: Replica): ProblemError {
  return new ProblemError([
    {
      code: 'LOCAL_REPLICA_FAILED',
      at: `${endpoint.path}: replica ${replica.index}`,
      what: `the replica never became ready; it ${replica.lastFailure ?? 'ended'}`,
      remedy: 'Correct what it names: on the platform the rollout would halt on the same error.',
    },
  ]);
}
