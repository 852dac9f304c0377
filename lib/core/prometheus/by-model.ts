import { type ModelPackages, modelNames } from '../model-packages';

/** Labels by which alerts and panels sum series, besides their own: the model, once an endpoint serves several. */
export function byModel(models: ModelPackages): readonly string[] {
  return modelNames(models).length > 1 ? ['model'] : [];
}

/** Labels of alerts that say which model they are about; of several, each series says it itself. */
export function modelLabels(models: ModelPackages): Readonly<Record<string, string>> {
  const [{ manifest }, ...others] = models;
  if (modelNames(models).length > 1) return {};
  return { model: manifest.name, ...(others.length > 0 ? {} : { model_version: manifest.version }) };
}

/** Which model an alert is about, in its summary; nothing when there is but one. */
export function aboutModel(models: ModelPackages): string {
  return byModel(models).length === 0 ? '' : ' for {{ $labels.model }}';
}
