import { modelNames } from './model-packages';
import type { EndpointPlan } from './plan';

/** What requests ask an endpoint for: its models, and behind them its pipelines. */
export function servedNames({
  models,
  runtime: { pipelines },
}: Pick<EndpointPlan, 'models' | 'runtime'>): readonly [main: string, ...others: string[]] {
  return [...modelNames(models), ...pipelines.map(({ name }) => name)];
}
