import { modelNames } from './model-packages';
import type { EndpointPlan, RuntimePlan } from './plan';

/** What of a plan tells what it serves. */
export interface Served extends Pick<EndpointPlan, 'models'> {
  readonly runtime: Pick<RuntimePlan, 'pipelines'>;
}

/** What requests ask an endpoint for: its models, and behind them its pipelines. */
export function servedNames({
  models,
  runtime: { pipelines },
}: Served): readonly [main: string, ...others: string[]] {
  return [...modelNames(models), ...pipelines.map(({ name }) => name)];
}

/**
 * What a request means that names no model: the pipelines where there are any, since their models are parts; else the
 * models. It is clear with one name alone.
 */
export function unnamedModels({
  models,
  runtime: { pipelines },
}: Served): readonly [main: string, ...others: string[]] {
  const [main, ...others] = pipelines.map(({ name }) => name);
  return main === undefined ? modelNames(models) : [main, ...others];
}
