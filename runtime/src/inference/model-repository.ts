import { show } from '../contract';
import { RequestError } from '../errors';
import { closest } from '../model/closest';
import type { ModelInstance } from './model-instance';

export interface ModelIdentity {
  readonly name: string;
  readonly version: string;
}

const natural = new Intl.Collator('en', { numeric: true });

/** The models of this process, by name and version: those to come and those that serve. */
export class ModelRepository {
  private readonly models = new Map<string, Map<string, ModelInstance | undefined>>();
  private readonly latest = new Map<string, string>();

  /** @param expected everything that will be served; its highest version by natural order is the latest. */
  constructor(expected: readonly ModelIdentity[]) {
    const sorted = [...expected].sort((a, b) => natural.compare(a.version, b.version));
    for (const { name, version } of sorted) {
      const versions = this.models.get(name) ?? new Map<string, ModelInstance | undefined>();
      this.models.set(name, versions.set(version, undefined));
      this.latest.set(name, version);
    }
  }

  add(instance: ModelInstance): void {
    this.models.get(instance.name)!.set(instance.version, instance);
  }

  /** Versions of a model in natural order. */
  versions(name: string): string[] {
    return [...(this.models.get(name)?.keys() ?? [])];
  }

  /** Every model that serves. */
  instances(): ModelInstance[] {
    return [...this.models.values()].flatMap((versions) =>
      [...versions.values()].filter((instance) => instance !== undefined),
    );
  }

  /**
   * Finds the model for a request; without a version the latest.
   *
   * @throws RequestError MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND, MODEL_NOT_READY
   */
  resolve(name: string, version?: string): ModelInstance {
    const versions = this.models.get(name);
    if (versions === undefined) throw this.unknownModel(name);
    const wanted = version ?? this.latest.get(name)!;
    if (!versions.has(wanted)) {
      const served = [...versions.keys()].join(', ');
      throw new RequestError(
        'MODEL_VERSION_NOT_FOUND',
        `Model ${name} is not served in version ${show(wanted)}. Served: ${served}.`,
      );
    }
    const instance = versions.get(wanted);
    if (instance === undefined) {
      throw new RequestError('MODEL_NOT_READY', `Model ${name} version ${wanted} is still being loaded.`);
    }
    return instance;
  }

  /** How metrics call what a request asked for: known names only, so that callers cannot make up series. */
  label(name: string, version?: string): ModelIdentity {
    const versions = this.models.get(name);
    if (versions === undefined) return UNKNOWN;
    const wanted = version ?? this.latest.get(name)!;
    return { name, version: versions.has(wanted) ? wanted : UNKNOWN.version };
  }

  async close(): Promise<void> {
    for (const instance of this.instances()) await instance.executor.close();
  }

  private unknownModel(name: string): RequestError {
    const known = [...this.models.keys()];
    const hint = closest(name, known, `Served: ${known.join(', ')}.`);
    return new RequestError('MODEL_NOT_FOUND', `No model ${show(name)} is served here. ${hint}`);
  }
}

/** No model can have this name: names start with a letter. */
const UNKNOWN: ModelIdentity = { name: '_unknown', version: '_unknown' };
