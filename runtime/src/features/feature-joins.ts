import { type FeatureLookup, type Problem, ProblemError, throwProblems } from '../contract';
import type { ModelInstance } from '../inference';
import { InputProblems } from '../inference/input-problems';
import type { MetricRegistry } from '../monitoring/family';
import { type CredentialOptions, openCredentials } from './credentials';
import { FeatureMetrics } from './feature-metrics';
import { FeatureStore } from './feature-store';
import { JoinedRows } from './joined-rows';
import { type Question, RowJoin } from './row-join';

export interface FeatureJoinOptions extends CredentialOptions {
  readonly registry: MetricRegistry;
}

/** Joins the rows of requests with features from online stores, for all models of the process. */
export class FeatureJoins {
  /** @throws ProblemError FEATURES_CREDENTIALS_*; then nothing is left open. */
  static async open(lookups: readonly FeatureLookup[], options: FeatureJoinOptions): Promise<FeatureJoins> {
    const metrics = new FeatureMetrics(options.registry);
    const stores: FeatureStore[] = [];
    const problems: Problem[] = [];
    for (const lookup of lookups) {
      try {
        const credentials = await openCredentials(lookup, options);
        stores.push(new FeatureStore(lookup, credentials, { metrics, logger: options.logger }));
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        problems.push(...error.problems);
      }
    }
    if (problems.length > 0) for (const store of stores) store.close();
    throwProblems(problems, 'features');
    return new FeatureJoins(stores, metrics);
  }

  private readonly joins = new WeakMap<ModelInstance, readonly RowJoin[]>();

  private constructor(
    private readonly stores: readonly FeatureStore[],
    private readonly metrics: FeatureMetrics,
  ) {}

  /**
   * Reads what rows say about whom they are.
   *
   * @returns undefined for rows of another form: whoever decodes them says so.
   * @throws RequestError INPUT_INVALID
   */
  read(instance: ModelInstance, rows: readonly unknown[]): readonly Question[] | undefined {
    if (!rows.every((row) => typeof row === 'object' && row !== null && !Array.isArray(row)))
      return undefined;
    const problems = new InputProblems();
    const questions = this.joinsOf(instance).map((join) => join.read(rows as never, problems));
    problems.throwIfAny();
    return questions;
  }

  /**
   * Refuses what brings all values by place, where a store alone may give some of them.
   *
   * @throws RequestError INPUT_INVALID
   */
  refuseWhole({ lookups }: ModelInstance, at: 'inputs' | 'rows'): void {
    const problems = new InputProblems();
    for (const { name, onGiven, features, keys } of lookups) {
      if (onGiven !== 'reject') continue;
      const what = `${features.map(({ field }) => field).join(', ')} come from the feature store ${name}, and here they are given`;
      const remedy = `Send rows of named values with ${keys.map(({ field }) => field).join(', ')} in their place.`;
      problems.add('INPUT_FEATURE_GIVEN', at, what, { remedy });
    }
    problems.throwIfAny();
  }

  /**
   * Looks everything up, all stores at once.
   *
   * @param signal aborts when nobody waits for the answer any more.
   * @throws RequestError FEATURES_UNAVAILABLE, FEATURES_STALE, FEATURE_ENTITY_MISSING; the reason of `signal`
   */
  async join(
    instance: ModelInstance,
    rows: readonly unknown[],
    questions: readonly Question[],
    signal: AbortSignal | undefined,
  ): Promise<JoinedRows> {
    const answers = await Promise.all(questions.map((question) => question.answer(signal)));
    return new JoinedRows(rows as never, answers.flat(), instance);
  }

  close(): void {
    for (const store of this.stores) store.close();
  }

  private joinsOf(instance: ModelInstance): readonly RowJoin[] {
    let joins = this.joins.get(instance);
    if (joins === undefined) {
      joins = this.stores
        .filter(({ lookup }) => instance.lookups.includes(lookup))
        .map((store) => new RowJoin(store, instance.manifest, this.metrics));
      this.joins.set(instance, joins);
    }
    return joins;
  }
}
