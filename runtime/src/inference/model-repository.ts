import { ProblemError, show } from '../contract';
import { RequestError } from '../errors';
import { closest } from '../model/closest';
import type { ModelInstance } from './model-instance';
import type { ControlParameters } from './repository/control-parameters';
import { type LifecycleOptions, ModelLifecycle } from './repository/model-lifecycle';
import { ModelSlot } from './repository/model-slot';
import { type IndexEntry, indexEntry } from './repository/repository-index';

export interface ModelIdentity {
  readonly name: string;
  readonly version: string;
}

export interface RepositoryOptions extends LifecycleOptions {
  /** Whether clients may load and unload. */
  readonly explicitControl: boolean;
}

const natural = new Intl.Collator('en', { numeric: true });

/** The models of this process, by name and version: those to come, those that serve and those that are put away. */
export class ModelRepository {
  private readonly models = new Map<string, Map<string, ModelSlot>>();
  private readonly latest = new Map<string, string>();
  private readonly lifecycle: ModelLifecycle | undefined;
  /** Names of those that are pipelines: loaded and unloaded by way of their models. */
  private readonly pipelines: ReadonlySet<string>;

  /**
   * @param expected everything that is configured; its highest version by natural order is the latest.
   * @param options how to load it. @default - models are added, and stay
   * @param pipelines what is added as a model is, and not loaded by itself. @default - none
   */
  constructor(
    expected: readonly ModelIdentity[],
    private readonly options?: RepositoryOptions,
    pipelines: readonly ModelIdentity[] = [],
  ) {
    this.expect(expected);
    this.lifecycle = options && new ModelLifecycle(this.slots, options);
    this.pipelines = new Set(pipelines.map(({ name }) => name));
    this.expect(pipelines);
  }

  private expect(identities: readonly ModelIdentity[]): void {
    const sorted = [...identities].sort((a, b) => natural.compare(a.version, b.version));
    for (const { name, version } of sorted) {
      const versions = this.models.get(name) ?? new Map<string, ModelSlot>();
      this.models.set(name, versions.set(version, new ModelSlot(name, version)));
      this.latest.set(name, version);
    }
  }

  /** Every configured version. */
  get slots(): ModelSlot[] {
    return [...this.models.values()].flatMap((versions) => [...versions.values()]);
  }

  /** Estimated memory of the loaded models. */
  get memoryBytes(): number {
    return this.lifecycle?.memoryBytes ?? 0;
  }

  /** What that is kept below; 0: no limit. */
  get maxMemoryBytes(): number {
    return this.options?.maxMemoryBytes ?? 0;
  }

  /** Puts a loaded model in its place. */
  add(instance: ModelInstance): void {
    this.models.get(instance.name)!.get(instance.version)!.serve(instance);
  }

  /** Versions of a model in natural order. */
  versions(name: string): string[] {
    return [...(this.models.get(name)?.keys() ?? [])];
  }

  /** Every model that answers requests, those included that are loaded again when one comes. */
  instances(): ModelInstance[] {
    return this.slots.map(({ usable }) => usable).filter((instance) => instance !== undefined);
  }

  /**
   * Finds the model a request asks for, to tell of it; without a version the latest.
   *
   * @throws RequestError MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND, MODEL_NOT_READY, MODEL_UNLOADED
   */
  resolve(name: string, version?: string): ModelInstance {
    return usable(this.find(name, version));
  }

  /**
   * Lets a request use the model it asks for: loaded again first if it was put away, and kept meanwhile.
   *
   * @param work must hand the request to the executor before it waits for anything.
   * @throws RequestError as `resolve`
   */
  async use<T>(
    name: string,
    version: string | undefined,
    work: (instance: ModelInstance) => Promise<T>,
  ): Promise<T> {
    const slot = this.find(name, version);
    slot.users++;
    slot.touch();
    try {
      // Anything may have happened while it was waited for: look again.
      while (slot.serving === undefined) {
        usable(slot);
        await this.lifecycle!.wake(slot);
      }
      return await work(slot.serving);
    } finally {
      slot.users--;
      if (slot.users === 0) this.lifecycle?.becameIdle();
    }
  }

  /** Loads a configured version for the first time. */
  loadFirst({ name, version }: ModelIdentity): Promise<void> {
    return this.lifecycle!.load(this.find(name, version));
  }

  /**
   * Loads a model on behalf of a client, or anew if it is loaded: all versions, or one.
   *
   * @throws RequestError REPOSITORY_CONTROL_OFF, REPOSITORY_LOAD_FAILED, REPOSITORY_PIPELINE, MODEL_NOT_FOUND,
   * MODEL_VERSION_NOT_FOUND
   */
  async load(name: string, { version }: ControlParameters = {}): Promise<void> {
    const lifecycle = this.control(name);
    const slots = this.chosen(name, version);
    const results = await Promise.allSettled(slots.map((slot) => lifecycle.load(slot)));
    const errors = results.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as unknown] : [],
    );
    if (errors.length > 0) throw loadFailed(name, errors);
  }

  /**
   * Takes a model out of service on behalf of a client, when its requests are finished: all versions, or one.
   *
   * @throws RequestError REPOSITORY_CONTROL_OFF, REPOSITORY_PIPELINE, MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND
   */
  async unload(name: string, { version }: ControlParameters = {}): Promise<void> {
    const lifecycle = this.control(name);
    await Promise.all(this.chosen(name, version).map((slot) => lifecycle.unload(slot)));
  }

  /** Takes a version out of service for good, when its requests are finished. */
  async retire({ name, version }: ModelIdentity): Promise<void> {
    await this.lifecycle!.unload(this.find(name, version));
  }

  /** Everything that is configured, with its state. */
  index(readyOnly = false): IndexEntry[] {
    const entries = this.slots.map(indexEntry);
    return readyOnly ? entries.filter(({ state }) => state === 'READY') : entries;
  }

  /** How metrics call what a request asked for: known names only, so that callers cannot make up series. */
  label(name: string, version?: string): ModelIdentity {
    const versions = this.models.get(name);
    if (versions === undefined) return UNKNOWN;
    const wanted = version ?? this.latest.get(name)!;
    return { name, version: versions.has(wanted) ? wanted : UNKNOWN.version };
  }

  async close(): Promise<void> {
    for (const { serving } of this.slots) await serving?.executor.close();
  }

  private find(name: string, version?: string): ModelSlot {
    const versions = this.models.get(name);
    if (versions === undefined) throw this.unknownModel(name);
    const wanted = version ?? this.latest.get(name)!;
    const slot = versions.get(wanted);
    if (slot !== undefined) return slot;
    const served = [...versions.keys()].join(', ');
    throw new RequestError(
      'MODEL_VERSION_NOT_FOUND',
      `Model ${name} is not served in version ${show(wanted)}. Served: ${served}.`,
    );
  }

  private chosen(name: string, version: string | undefined): ModelSlot[] {
    const one = this.find(name, version);
    return version === undefined ? [...this.models.get(name)!.values()] : [one];
  }

  private control(name: string): ModelLifecycle {
    if (this.pipelines.has(name)) {
      const message = `${name} is a pipeline: load and unload the models of its steps.`;
      throw new RequestError('REPOSITORY_PIPELINE', message);
    }
    if (this.options?.explicitControl === true) return this.lifecycle!;
    throw new RequestError(
      'REPOSITORY_CONTROL_OFF',
      `Model ${show(name)} is loaded and unloaded by deployments alone: repository.explicitControl is false.`,
    );
  }

  private unknownModel(name: string): RequestError {
    const known = [...this.models.keys()];
    const hint = closest(name, known, `Served: ${known.join(', ')}.`);
    return new RequestError('MODEL_NOT_FOUND', `No model ${show(name)} is served here. ${hint}`);
  }
}

/** No model can have this name: names start with a letter. */
const UNKNOWN: ModelIdentity = { name: '_unknown', version: '_unknown' };

function usable({ usable: instance, state, name, version }: ModelSlot): ModelInstance {
  if (instance !== undefined) return instance;
  const model = `Model ${name} version ${version}`;
  if (state === 'loading') throw new RequestError('MODEL_NOT_READY', `${model} is still being loaded.`);
  if (state === 'failed') throw new RequestError('MODEL_NOT_READY', `${model} could not be loaded.`);
  throw new RequestError('MODEL_UNLOADED', `${model} was unloaded; it is served when it is loaded again.`);
}

function loadFailed(name: string, errors: readonly unknown[]): RequestError {
  const problems = errors.flatMap((error) => (error instanceof ProblemError ? error.problems : []));
  return new RequestError(
    'REPOSITORY_LOAD_FAILED',
    `Model ${name} cannot be loaded; what served before still does.`,
    {
      problems,
      cause: errors.find((error) => !(error instanceof ProblemError)),
    },
  );
}
