import { modelNames } from './model-packages';
import type { EndpointPlan } from './plan';

/** What requests ask an endpoint for: its models, and behind them its pipelines. */
export function servedNames({
  models,
  runtime: { pipelines },
}: Pick<EndpointPlan, 'models' | 'runtime'>): readonly [main: string, ...others: string[]] {
  return [...modelNames(models), ...pipelines.map(({ name }) => name)];
}

/**
 * What a request means that names no model: the pipelines where there are any, since their models are parts; else the
 * models. It is clear with one name alone.
 */
export function unnamedModels({
  models,
  runtime: { pipelines },
}: Pick<EndpointPlan, 'models' | 'runtime'>): readonly string[] {
  return pipelines.length > 0 ? pipelines.map(({ name }) => name) : modelNames(models);
}
