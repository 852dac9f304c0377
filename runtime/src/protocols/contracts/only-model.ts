import type { RuntimeConfig } from '../../contract';

/** What routes without a name may mean: the pipelines where there are any, since their models are parts; else the models. */
export function unnamedModels({ models, pipelines = [] }: RuntimeConfig): string[] {
  return [...new Set((pipelines.length > 0 ? pipelines : models).map(({ name }) => name))];
}
