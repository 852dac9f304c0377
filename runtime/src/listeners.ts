import { openAdapters } from './adapters';
import type { RuntimeConfig } from './contract';
import type { Logger } from './logging';
import { type Environment, openContracts } from './protocols/contracts';
import type { GrpcServer, GrpcServerParts } from './protocols/grpc';
import { firstOf, HttpListener, InferenceHandler, ManagementHandler, RolloutRoutes } from './protocols/http';
import type { Rollouts } from './rollout';
import { type Authenticator, openAdministrators, openSecurity, type Security } from './security';

/** TCP ports that are listened on; null: no gRPC. */
export interface Ports {
  readonly inference: number;
  readonly grpc: number | null;
  readonly management: number;
}

/** Everything the process listens on, opened and drained together. */
export class Listeners {
  /** @throws ProblemError LISTENER_FAILED, TLS_*, AUTH_*, CONFIG_CONTRACT_ENVIRONMENT, ADAPTER_PATH; then nothing is left open. */
  static async open(
    config: RuntimeConfig,
    unguarded: Omit<GrpcServerParts, 'authenticator'> & { readonly rollouts?: Rollouts | undefined },
    environment: Environment = {},
  ): Promise<Listeners> {
    const { listeners, limits } = config;
    const { requestTimeoutMs } = limits;
    const security = await openSecurity(config, unguarded.logger);
    const { tls, authenticator } = security;
    const contracts = openContracts(config, unguarded, environment);
    const adapters = openAdapters(config, { ...unguarded, limits }, contracts);
    // Before the first model is announced, so that its series of these routes exist.
    unguarded.metrics.addRoutes(
      ...(contracts?.predictionLabels ?? []),
      ...(adapters?.predictionLabels ?? []),
    );
    const parts = { ...unguarded, authenticator };
    const opened = new Listeners(security);
    try {
      const inference = new InferenceHandler({ ...parts, contracts: firstOf(contracts, adapters) });
      opened.inference = await HttpListener.open(
        { ...listeners.inference, requestTimeoutMs, tls },
        inference.handle,
      );
      if (listeners.grpc !== null) {
        const tensorflowServing = config.contracts?.includes('tensorflow-serving') ?? false;
        // Only now: the library is a tenth of what a start has to read.
        const { GrpcServer } = require('./protocols/grpc') as typeof import('./protocols/grpc');
        const server = new GrpcServer({ ...parts, tensorflowServing });
        const port = await server.start(listeners.grpc.host, listeners.grpc.port, tls);
        opened.grpc = { server, port };
      }
      const rollouts = await opened.openRollouts(config, unguarded, environment);
      const management = new ManagementHandler({ ...parts, config, rollouts, ports: () => opened.ports });
      opened.management = await HttpListener.open(
        { ...listeners.management, requestTimeoutMs },
        management.handle,
      );
      return opened;
    } catch (error) {
      await opened.inference?.close(0);
      opened.grpc?.server.close();
      opened.closeSecurity();
      throw error;
    }
  }

  private inference: HttpListener | undefined;
  private grpc: { readonly server: GrpcServer; readonly port: number } | undefined;
  private management: HttpListener | undefined;

  private administrators: Authenticator | undefined;

  private constructor(private readonly security: Security) {}

  get ports(): Ports {
    return {
      inference: this.inference!.port,
      grpc: this.grpc?.port ?? null,
      management: this.management!.port,
    };
  }

  /**
   * Takes no more requests and waits for those in progress; management answers to the end.
   *
   * @returns false when requests had to be cut at the deadline.
   */
  async close(timeoutMs: number): Promise<boolean> {
    const complete = await Promise.all([
      this.inference!.close(timeoutMs),
      this.grpc?.server.drain(timeoutMs) ?? true,
    ]);
    await this.management!.close(0);
    this.closeSecurity();
    return complete.every(Boolean);
  }

  private async openRollouts(
    config: RuntimeConfig,
    { rollouts, logger }: { readonly rollouts?: Rollouts | undefined; readonly logger: Logger },
    environment: Environment,
  ): Promise<RolloutRoutes | undefined> {
    if (rollouts === undefined) return undefined;
    this.administrators = await openAdministrators(config, environment, logger);
    return new RolloutRoutes({ rollouts, administrators: this.administrators, logger });
  }

  private closeSecurity(): void {
    this.security.close();
    this.administrators?.close();
  }
}
