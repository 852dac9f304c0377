import type { ModelPackage } from '@inferstack/runtime/model';
import type { EndpointPlan, ModelSource } from '../core';
import type { Checker } from './checker';

export type PreviousModels = readonly ModelPackage[];

/** Opens the packages that are kept. @throws ProblemError listing everything that is wrong with one of them. */
export function openPreviousModels(
  check: Checker,
  { models }: EndpointPlan,
  sources: readonly ModelSource[] = [],
): PreviousModels {
  const packages = sources.map((source) => source.bind());
  packages.forEach((found, i) => {
    const twice = packages.findIndex(({ digest }) => digest === found.digest) < i;
    if (!twice && models.every(({ digest }) => digest !== found.digest)) return;
    check.add('AZURE_PREVIOUS_MODEL', `target.modelStorage.previousModels[${i}]`, {
      what: twice ? 'the package is listed twice' : 'the package is one that serves',
      got: `${found.manifest.name} ${found.manifest.version}, ${found.digest}`,
      allowed: 'each earlier package once',
      remedy: 'Remove it from the list.',
    });
  });
  return packages;
}
