import path from 'node:path';
import type { RuntimeConfig } from '../../../runtime/src/contract';
import {
  type Executor,
  InferenceService,
  ModelInstance,
  ModelRepository,
  OnnxSession,
  Readiness,
} from '../../../runtime/src/inference';
import { openModelPackage } from '../../../runtime/src/model';
import { RuntimeMetrics } from '../../../runtime/src/monitoring';
import { GrpcServer } from '../../../runtime/src/protocols/grpc';
import { HttpListener, InferenceHandler } from '../../../runtime/src/protocols/http';
import { openSecurity, type Security } from '../../../runtime/src/security';
import { MODELS, testConfig } from '../../runtime/support/packages';
import { LogRecorder } from './log-recorder';

export const PREDICT = '/v2/models/breast-cancer/predict';
const POLL_MS = 20;

interface Options {
  readonly tls?: RuntimeConfig['tls'];
  readonly auth?: RuntimeConfig['auth'];
  readonly limits?: Partial<RuntimeConfig['limits']>;
}

/** A real model behind both protocols, with files that are read again at once; runs can be held. */
export class GuardedServer {
  readonly log = new LogRecorder();
  readonly metrics = new RuntimeMetrics();
  readonly readiness = new Readiness();
  http!: HttpListener;
  grpc!: GrpcServer;
  grpcPort = 0;
  private security!: Security;
  private session!: OnnxSession;
  private held = Promise.resolve();
  private release: () => void = () => {};

  static async start(options: Options = {}): Promise<GuardedServer> {
    const server = new GuardedServer();
    await server.open(options);
    return server;
  }

  get port(): number {
    return this.http.port;
  }

  /** Runs wait from now on. */
  hold(): void {
    this.held = new Promise((resolve) => {
      this.release = resolve;
    });
  }

  letGo(): void {
    this.release();
    this.held = Promise.resolve();
  }

  async stop(): Promise<void> {
    this.letGo();
    await this.http.close(0);
    this.grpc.close();
    this.security.close();
    await this.session.close();
    this.metrics.close();
  }

  private async open({ tls = null, auth = null, limits }: Options): Promise<void> {
    const pkg = openModelPackage(path.join(MODELS, 'breast-cancer/1'));
    this.security = await openSecurity({ tls, auth }, this.log.logger, POLL_MS);
    this.session = await OnnxSession.load(pkg, { intraOpThreads: 1 });
    const executor: Executor = {
      run: (inputs) => this.held.then(() => this.session.run(inputs)),
      close: () => this.session.close(),
    };
    const repository = new ModelRepository([pkg.manifest]);
    repository.add(new ModelInstance(pkg, executor, { loadSeconds: 0, goldenSamples: 0 }));
    const { metrics, readiness } = this;
    readiness.enter('ready');
    const parts = {
      ...{ repository, metrics, readiness, logger: this.log.logger, runtimeVersion: 'test' },
      service: new InferenceService(repository, metrics),
      limits: { ...testConfig([]).limits, ...limits },
      authenticator: this.security.authenticator,
    };
    const address = { host: '127.0.0.1', port: 0, requestTimeoutMs: parts.limits.requestTimeoutMs };
    this.http = await HttpListener.open(
      { ...address, tls: this.security.tls },
      new InferenceHandler(parts).handle,
    );
    this.grpc = new GrpcServer(parts);
    this.grpcPort = await this.grpc.start('127.0.0.1', 0, this.security.tls);
  }
}
