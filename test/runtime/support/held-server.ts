import path from 'node:path';
import type { RuntimeConfig } from '@inferstack/runtime/contract';
import {
  type Executor,
  InferenceService,
  ModelInstance,
  ModelRepository,
  OnnxSession,
  Readiness,
} from '@inferstack/runtime/inference';
import { openModelPackage } from '@inferstack/runtime/model';
import { createLogger } from '../../../runtime/src/logging';
import { RuntimeMetrics } from '../../../runtime/src/monitoring';
import { HttpListener, InferenceHandler } from '../../../runtime/src/protocols/http';
import { MODELS, testConfig } from './packages';

/** A real model whose runs wait for a signal, so that tests decide how long a request is in progress. */
export class HeldServer {
  readonly metrics = new RuntimeMetrics();
  private release: () => void = () => {};
  private held = Promise.resolve();
  private constructor(
    private readonly session: OnnxSession,
    private listener: HttpListener | undefined,
  ) {}

  static async start(limits: Partial<RuntimeConfig['limits']>): Promise<HeldServer> {
    const pkg = openModelPackage(path.join(MODELS, 'breast-cancer/1'));
    const server = new HeldServer(await OnnxSession.load(pkg, { intraOpThreads: 1 }), undefined);
    const executor: Executor = {
      run: (inputs) => server.held.then(() => server.session.run(inputs)),
      close: () => server.session.close(),
    };
    const repository = new ModelRepository([pkg.manifest]);
    repository.add(new ModelInstance(pkg, executor, { loadSeconds: 0, goldenSamples: 0 }));
    const { metrics } = server;
    const handler = new InferenceHandler({
      service: new InferenceService(repository, metrics),
      repository,
      readiness: new Readiness(),
      metrics,
      logger: createLogger('silent', 'test'),
      limits: { ...testConfig([]).limits, ...limits },
      runtimeVersion: 'test',
      authenticator: undefined,
    });
    const address = { host: '127.0.0.1', port: 0, requestTimeoutMs: 30_000 };
    server.listener = await HttpListener.open(address, handler.handle);
    return server;
  }

  get port(): number {
    return this.listener!.port;
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
    await this.listener!.close(5_000);
    await this.session.close();
    this.metrics.close();
  }
}
