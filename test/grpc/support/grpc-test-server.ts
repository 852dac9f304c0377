import path from 'node:path';
import type { RuntimeConfig, Tensor } from '../../../runtime/src/contract';
import {
  type Caller,
  InferenceService,
  ModelInstance,
  ModelRepository,
  OnnxSession,
  Readiness,
} from '../../../runtime/src/inference';
import { createLogger } from '../../../runtime/src/logging';
import { type ModelPackage, openModelPackage } from '../../../runtime/src/model';
import { RuntimeMetrics } from '../../../runtime/src/monitoring';
import { GrpcServer, type GrpcServerParts } from '../../../runtime/src/protocols/grpc';

const MODELS = path.resolve(__dirname, '../../../examples/models');
const LIMITS: RuntimeConfig['limits'] = {
  maxBodyBytes: 8 * 1024 * 1024,
  requestTimeoutMs: 30_000,
  maxInFlight: 64,
};

/** The example models behind a gRPC server on this machine; runs can be held, so that tests decide their length. */
export class GrpcTestServer {
  readonly metrics = new RuntimeMetrics();
  readonly readiness = new Readiness();
  readonly repository: ModelRepository;
  readonly packages: readonly ModelPackage[];
  readonly server: GrpcServer;
  readonly parts: GrpcServerParts;
  port = 0;
  /** Runs that were started. */
  runs = 0;
  /** Who waits for the last of them. */
  caller: Caller | undefined;
  private readonly sessions: OnnxSession[] = [];
  private release: () => void = () => {};
  private held = Promise.resolve();

  /** @param names of the example models, with version; the ones in `later` stay in loading. */
  static async start(
    names: readonly string[],
    limits: Partial<RuntimeConfig['limits']> = {},
    later: readonly string[] = [],
  ): Promise<GrpcTestServer> {
    const started = new GrpcTestServer(names, limits);
    for (const pkg of started.packages) {
      if (later.includes(`${pkg.manifest.name}/${pkg.manifest.version}`)) continue;
      await started.load(pkg);
    }
    started.port = await started.server.start('127.0.0.1', 0);
    return started;
  }

  private constructor(names: readonly string[], limits: Partial<RuntimeConfig['limits']>) {
    this.packages = names.map((name) => openModelPackage(path.join(MODELS, name)));
    this.repository = new ModelRepository(this.packages.map((pkg) => pkg.manifest));
    const { repository, readiness, metrics } = this;
    this.parts = {
      service: new InferenceService(repository, metrics),
      repository,
      readiness,
      metrics,
      logger: createLogger('silent', 'test'),
      limits: { ...LIMITS, ...limits },
      runtimeVersion: '1.2.3',
      authenticator: undefined,
    };
    this.server = new GrpcServer(this.parts);
  }

  async load(pkg: ModelPackage): Promise<void> {
    const session = await OnnxSession.load(pkg, { intraOpThreads: 1 });
    this.sessions.push(session);
    const run = async (inputs: readonly Tensor[], caller?: Caller) => {
      this.runs++;
      this.caller = caller;
      await this.held;
      return session.run(inputs);
    };
    const executor = { run, close: () => session.close() };
    this.repository.add(new ModelInstance(pkg, executor, { loadSeconds: 0, goldenSamples: 0 }));
    this.metrics.addModel(pkg.manifest, pkg.digest, 0);
  }

  /** Runs wait from now on. */
  hold(): void {
    this.held = new Promise((resolve) => {
      this.release = resolve;
    });
  }

  /** Runs that wait go on. */
  letGo(): void {
    this.release();
    this.held = Promise.resolve();
  }

  async stop(): Promise<void> {
    this.letGo();
    await this.server.drain(5_000);
    for (const session of this.sessions) await session.close();
    this.metrics.close();
  }
}
