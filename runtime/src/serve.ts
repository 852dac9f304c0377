import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Problem, ProblemError, type RuntimeConfig, throwProblems } from './contract';
import { InferenceService, ModelRepository, Readiness } from './inference';
import type { ExecutionListener } from './inference/execution/model-executor';
import { loadModel } from './inference/model-loader';
import type { Logger } from './logging';
import { RuntimeMetrics } from './monitoring';
import { HttpListener, InferenceHandler, ManagementHandler } from './protocols/http';

export interface ServeOptions {
  readonly logger: Logger;
  /** Where downloaded packages are kept. */
  readonly cacheDirectory: string;
}

/** The role `serve`: listens at once, becomes ready when its models are, drains when told to stop. */
export class ServeRole {
  /**
   * Opens the listeners; from then on the process is live but not ready.
   *
   * @throws ProblemError CONFIG_MODEL_TWICE, LISTENER_FAILED
   */
  static async start(config: RuntimeConfig, options: ServeOptions): Promise<ServeRole> {
    throwProblems(modelsTwice(config), 'INFERSTACK_CONFIG');
    const role = new ServeRole(config, options);
    await role.listen();
    return role;
  }

  private readonly repository: ModelRepository;
  private readonly metrics = new RuntimeMetrics();
  private readonly readiness = new Readiness();
  private readonly loading = new AbortController();
  private inference!: HttpListener;
  private management!: HttpListener;

  private constructor(
    private readonly config: RuntimeConfig,
    private readonly options: ServeOptions,
  ) {
    this.repository = new ModelRepository(config.models);
  }

  get ports(): { readonly inference: number; readonly management: number } {
    return { inference: this.inference.port, management: this.management.port };
  }

  /**
   * Loads every model, one after the other, and becomes ready.
   *
   * @throws ProblemError with what is wrong with all models that cannot serve.
   */
  async load(): Promise<void> {
    const problems: Problem[] = [];
    for (const model of this.config.models) {
      try {
        await this.loadOne(model);
      } catch (error) {
        if (this.loading.signal.aborted) throw error;
        problems.push(...problemsOf(error, `${model.name}/${model.version}`));
      }
    }
    this.loading.signal.throwIfAborted();
    throwProblems(problems, 'the models of this endpoint');
    this.readiness.enter('ready');
    this.metrics.ready.set(this.readiness.ready ? 1 : 0);
    this.options.logger.info({ event: 'ready', ...this.ports }, 'ready');
  }

  /**
   * Stops wanting traffic at once, serves on while load balancers notice, then finishes what is in progress.
   *
   * @returns false when requests had to be cut at the deadline.
   */
  async stop(): Promise<boolean> {
    const { logger } = this.options;
    const { delayMs, timeoutMs } = this.config.drain;
    this.readiness.enter('draining');
    this.metrics.ready.set(0);
    this.loading.abort();
    logger.info({ event: 'drain', delayMs, timeoutMs }, 'draining');
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    const complete = await this.inference.close(timeoutMs);
    await this.management.close(0);
    this.metrics.close();
    if (complete) await this.repository.close();
    logger.info({ event: 'stopped', complete }, complete ? 'stopped' : 'stopped; requests were cut');
    return complete;
  }

  private async loadOne(model: RuntimeConfig['models'][number]): Promise<void> {
    const { logger, cacheDirectory } = this.options;
    const { name, version, digest } = model;
    logger.info({ event: 'model_loading', model: name, version, digest }, 'loading model');
    const instance = await loadModel(model, {
      cacheDirectory,
      execution: this.config.execution,
      listener: this.listenerOf(model),
      signal: this.loading.signal,
    });
    this.repository.add(instance);
    this.metrics.addModel(instance, digest, instance.facts.loadSeconds);
    logger.info({ event: 'model_loaded', model: name, version, digest, ...instance.facts }, 'model loaded');
  }

  private listenerOf({ name, version }: RuntimeConfig['models'][number]): ExecutionListener {
    const { logger } = this.options;
    const runs = this.metrics.runsOf(name, version);
    return {
      onRun: runs.onRun,
      onWorkerLost: (reason) => {
        runs.onWorkerLost();
        logger.error({ event: 'worker_lost', model: name, version, reason }, 'worker lost; replacing it');
      },
    };
  }

  private async listen(): Promise<void> {
    const { config, repository, readiness, metrics } = this;
    const { limits } = config;
    const { logger } = this.options;
    const service = new InferenceService(repository, metrics, limits.requestTimeoutMs);
    const shared = { repository, readiness, metrics, runtimeVersion: runtimeVersion() };
    const inference = new InferenceHandler({ ...shared, service, logger, limits });
    const management = new ManagementHandler({ ...shared, config });
    const { requestTimeoutMs } = limits;
    this.inference = await HttpListener.open(
      { ...config.listeners.inference, requestTimeoutMs },
      inference.handle,
    );
    try {
      const address = { ...config.listeners.management, requestTimeoutMs };
      this.management = await HttpListener.open(address, management.handle);
    } catch (error) {
      await this.inference.close(0);
      throw error;
    }
    logger.info({ event: 'listening', ...this.ports }, 'listening');
  }
}

function modelsTwice({ models }: RuntimeConfig): Problem[] {
  const seen = new Set<string>();
  return models.flatMap(({ name, version }, i) => {
    const id = `${name}/${version}`;
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    const at = `INFERSTACK_CONFIG: models[${i}]`;
    return [
      { code: 'CONFIG_MODEL_TWICE', at, what: 'the version is listed twice', got: id, remedy: 'Remove one.' },
    ];
  });
}

function problemsOf(error: unknown, model: string): readonly Problem[] {
  if (error instanceof ProblemError) return error.problems;
  const what = error instanceof Error ? error.message : String(error);
  return [
    { code: 'MODEL_LOAD_FAILED', at: model, what, remedy: 'See the message; try again if it was passing.' },
  ];
}

/** Sources and compiled files alike are one folder below package.json. */
function runtimeVersion(): string {
  const file = readFileSync(join(__dirname, '../package.json'), 'utf8');
  return (JSON.parse(file) as { version: string }).version;
}
