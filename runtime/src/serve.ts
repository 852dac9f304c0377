import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configuredAdapterProblems } from './adapters';
import {
  type FeatureLookup,
  type Problem,
  ProblemError,
  type RuntimeConfig,
  throwProblems,
} from './contract';
import { FeatureJoins, lookupProblems } from './features';
import {
  InferenceService,
  type ModelIdentity,
  type ModelInstance,
  ModelRepository,
  Readiness,
} from './inference';
import type { ExecutionListener } from './inference/execution/model-executor';
import { workerCount } from './inference/execution/open-lanes';
import { loadModel, type ModelLoaderOptions } from './inference/model-loader';
import { candidateMemoryLimit, modelMemoryLimit } from './inference/repository/memory-budget';
import { Listeners, type Ports } from './listeners';
import type { Logger } from './logging';
import { pipelineNameProblems } from './model';
import { observeModels, PipelineMetrics, RuntimeMetrics } from './monitoring';
import { openPipeline } from './pipelines';
import { contractProblems, type Environment, withVertexEnvironment } from './protocols/contracts';
import { checkRollouts, type RehearsalHooks, Rollouts } from './rollout';
import { Telemetry } from './telemetry';

/** Time between two readings of the credentials of a feature store. */
const CREDENTIALS_POLL_MS = 2000;

export interface ServeOptions {
  readonly logger: Logger;
  /** Where downloaded packages are kept. */
  readonly cacheDirectory: string;
  /** Where it is remembered how rollouts ended. @default - the cache directory */
  readonly stateDirectory?: string;
  /** Where platforms tell port and routes. @default - nothing is told */
  readonly environment?: Environment;
  /** A clock for rollouts that somebody else moves. @default - the time of day decides */
  readonly rehearsal?: RehearsalHooks;
}

/** The role `serve`: listens at once, becomes ready when its models are, drains when told to stop. */
export class ServeRole {
  /**
   * Opens the listeners; from then on the process is live but not ready.
   *
   * @throws ProblemError CONFIG_MODEL_TWICE, CONFIG_CONTRACT*, PIPELINE_NAME, PIPELINE_MODEL, FEATURES_*, ADAPTER_*,
   * CONFIG_ROLLOUT, LISTENER_FAILED
   */
  static async start(config: RuntimeConfig, options: ServeOptions): Promise<ServeRole> {
    const problems = [
      ...modelsTwice(config),
      ...contractProblems(config),
      ...pipelineProblems(config),
      ...lookupProblems(config),
      ...configuredAdapterProblems(config),
      ...checkRollouts(config),
    ];
    throwProblems(problems, 'INFERSTACK_CONFIG');
    const role = new ServeRole(withVertexEnvironment(config, options.environment ?? {}), options);
    await role.listen();
    return role;
  }

  private readonly repository: ModelRepository;
  private readonly metrics = new RuntimeMetrics();
  private readonly telemetry: Telemetry;
  /** undefined: the configuration has none. */
  readonly rollouts: Rollouts | undefined;
  /** Answers what listeners decode. */
  service!: InferenceService;
  private readonly readiness = new Readiness();
  private readonly loading = new AbortController();
  private listeners!: Listeners;
  private joins: FeatureJoins | undefined;
  private giveUp!: (reason: string) => void;
  /** Resolves with the reason when this process can no longer do its work and should be replaced. */
  readonly failed = new Promise<string>((resolve) => {
    this.giveUp = resolve;
  });

  private constructor(
    private readonly config: RuntimeConfig,
    private readonly options: ServeOptions,
  ) {
    const { metrics } = this;
    this.telemetry = new Telemetry(config, {
      metrics,
      logger: options.logger,
      runtimeVersion: runtimeVersion(),
    });
    const { explicitControl, maxMemoryBytes } = config.repository;
    this.repository = new ModelRepository(
      config.models,
      {
        explicitControl,
        maxMemoryBytes: modelMemoryLimit(maxMemoryBytes),
        load: (model) => this.loadModel(model),
        onLoaded: (instance) => this.onLoaded(instance),
        onUnloaded: ({ name, version }, cause) =>
          options.logger.info({ event: 'model_unloaded', model: name, version, cause }, 'model unloaded'),
        onLoadFailed: (model, error) => this.onLoadFailed(model, error),
      },
      config.pipelines,
    );
    observeModels(metrics.registry, this.repository);
    this.rollouts =
      config.rollouts &&
      new Rollouts(config, {
        repository: this.repository,
        metrics,
        logger: options.logger,
        directory: join(options.stateDirectory ?? options.cacheDirectory, 'rollouts'),
        ...options.rehearsal,
      });
  }

  get ports(): Ports {
    return this.listeners.ports;
  }

  /**
   * Loads every model, one after the other, then makes pipelines of them, and becomes ready.
   *
   * @throws ProblemError with what is wrong with all models and pipelines that cannot serve.
   */
  async load(): Promise<void> {
    const problems: Problem[] = [];
    for (const model of this.config.models) {
      if (this.rollouts?.isCandidate(model)) continue;
      try {
        await this.repository.loadFirst(model);
      } catch (error) {
        if (this.loading.signal.aborted) throw error;
        problems.push(...problemsOf(error, `${model.name}/${model.version}`));
      }
    }
    this.loading.signal.throwIfAborted();
    throwProblems(problems, 'the models of this endpoint');
    this.openPipelines(this.config.pipelines ?? []);
    this.readiness.enter('ready');
    this.metrics.ready.set(this.readiness.ready ? 1 : 0);
    this.options.logger.info({ event: 'ready', ...this.ports }, 'ready');
    void this.loadCandidates();
  }

  /** After the process is ready: a candidate that does not load, or never comes to an end of it, keeps nobody waiting. */
  private async loadCandidates(): Promise<void> {
    for (const model of this.config.models) {
      if (!this.rollouts?.isCandidate(model) || !this.rollouts.isWanted(model)) continue;
      try {
        await this.repository.loadFirst(model);
        this.rollouts.loaded(model);
      } catch (error) {
        if (this.loading.signal.aborted) return;
        const [problem] = problemsOf(error, `${model.name}/${model.version}`);
        this.rollouts.failed(model, `the candidate cannot be loaded: ${problem!.what} (${problem!.code})`);
      }
    }
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
    const complete = await this.listeners.close(timeoutMs);
    this.joins?.close();
    this.rollouts?.close();
    await this.telemetry.close();
    this.metrics.close();
    if (complete) await this.repository.close();
    logger.info({ event: 'stopped', complete }, complete ? 'stopped' : 'stopped; requests were cut');
    return complete;
  }

  private openPipelines(pipelines: NonNullable<RuntimeConfig['pipelines']>): void {
    if (pipelines.length === 0) return;
    const { repository, metrics, config } = this;
    const pipelineMetrics = new PipelineMetrics(metrics.registry);
    const maxWaitMs = config.limits.requestTimeoutMs;
    const parts = { repository, metrics, pipelineMetrics, maxWaitMs };
    for (const spec of pipelines) {
      const instance = openPipeline(spec, `pipeline ${spec.name}`, {
        ...parts,
        lookups: this.lookupsOf(spec),
      });
      repository.add(instance);
      const { name, version, digest, facts } = instance;
      metrics.addModel(instance, digest, facts.loadSeconds);
      const opened = { event: 'pipeline_opened', pipeline: name, version, digest, steps: facts.steps };
      this.options.logger.info(opened, 'pipeline opened');
    }
  }

  private loadModel({ name, version }: ModelIdentity): Promise<ModelInstance> {
    const { logger, cacheDirectory } = this.options;
    const model = this.config.models.find((entry) => entry.name === name && entry.version === version)!;
    logger.info({ event: 'model_loading', model: name, version, digest: model.digest }, 'loading model');
    return loadModel(model, {
      cacheDirectory,
      execution: this.executionOf(model),
      listener: this.listenerOf(model),
      signal: this.loading.signal,
      lookups: this.lookupsOf({ name }),
    });
  }

  private lookupsOf({ name }: { readonly name: string }): readonly FeatureLookup[] {
    return this.config.features?.filter(({ model }) => model === name) ?? [];
  }

  /** A candidate runs in processes of its own: what crashes, leaks or hangs there leaves stable alone. */
  private executionOf(model: ModelIdentity): ModelLoaderOptions['execution'] {
    const { execution } = this.config;
    if (this.rollouts?.isCandidate(model) !== true) return execution;
    const { candidateMemoryBytes } = this.rollouts.of(model.name)!.controller.config;
    const maxWorkerBytes = candidateMemoryLimit(candidateMemoryBytes, workerCount(execution));
    return { ...execution, placement: 'processes', maxWorkerBytes };
  }

  private onLoaded(instance: ModelInstance): void {
    const { name, version, digest, facts } = instance;
    this.metrics.addModel(instance, digest, facts.loadSeconds);
    const loaded = { event: 'model_loaded', model: name, version, digest, ...facts };
    this.options.logger.info(loaded, 'model loaded');
  }

  /** What fails before the process is ready is told by `load`, once, with everything else. */
  private onLoadFailed({ name, version }: ModelIdentity, error: unknown): void {
    if (this.readiness.phase === 'loading' || this.loading.signal.aborted) return;
    const problems = problemsOf(error, `${name}/${version}`);
    this.options.logger.error(
      { event: 'model_load_failed', model: name, version, problems },
      'model not loaded',
    );
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
      onWorkerGivenUp: (reason) => {
        const failure = `a worker of ${name}/${version} is lost for good: ${reason}`;
        if (this.rollouts?.isCandidate({ name, version })) this.rollouts.failed({ name, version }, failure);
        else this.fail(failure);
      },
    };
  }

  /** Wants no more traffic; whoever started this process is to replace it. */
  private fail(reason: string): void {
    if (this.readiness.phase === 'failed' || this.readiness.phase === 'draining') return;
    this.readiness.enter('failed');
    this.metrics.ready.set(0);
    this.options.logger.fatal({ event: 'failed', reason }, 'cannot go on');
    this.giveUp(reason);
  }

  private async listen(): Promise<void> {
    const { config, repository, readiness, metrics } = this;
    const { limits } = config;
    const { logger } = this.options;
    await this.openJoins();
    const { joins, rollouts } = this;
    this.service = new InferenceService(repository, metrics, limits.requestTimeoutMs, joins, rollouts);
    const { service } = this;
    const parts = {
      service,
      repository,
      readiness,
      metrics,
      logger,
      limits,
      reporter: this.telemetry.reporter,
      rollouts: this.rollouts,
      runtimeVersion: runtimeVersion(),
    };
    try {
      this.listeners = await Listeners.open(config, parts, this.options.environment);
    } catch (error) {
      this.joins?.close();
      throw error;
    }
    logger.info({ event: 'listening', ...this.ports }, 'listening');
  }

  private async openJoins(): Promise<void> {
    const { features = [] } = this.config;
    if (features.length === 0) return;
    const { logger, environment = {} } = this.options;
    this.joins = await FeatureJoins.open(features, {
      ...{ logger, environment, registry: this.metrics.registry },
      pollMs: CREDENTIALS_POLL_MS,
    });
  }
}

const pipelineProblems = ({ pipelines = [], models }: RuntimeConfig): Problem[] =>
  pipelineNameProblems(pipelines, models, (place) => `INFERSTACK_CONFIG: ${place}`);

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
