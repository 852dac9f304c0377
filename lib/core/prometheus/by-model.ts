import type { EndpointPlan } from '../plan';
import { servedNames } from '../served-names';

type Served = Pick<EndpointPlan, 'models' | 'runtime'>;

/** Labels by which alerts and panels sum series, besides their own: the model, once an endpoint serves several. */
export function byModel(plan: Served): readonly string[] {
  return servedNames(plan).length > 1 ? ['model'] : [];
}

/** Labels of alerts that say which model they are about; of several, each series says it itself. */
export function modelLabels(plan: Served): Readonly<Record<string, string>> {
  const [{ manifest }, ...others] = plan.models;
  if (servedNames(plan).length > 1) return {};
  return { model: manifest.name, ...(others.length > 0 ? {} : { model_version: manifest.version }) };
}

/** Which model an alert is about, in its summary; nothing when there is but one. */
export function aboutModel(plan: Served): string {
  return byModel(plan).length === 0 ? '' : ' for {{ $labels.model }}';
}
