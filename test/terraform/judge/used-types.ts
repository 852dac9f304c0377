import type { UsedTypes } from './provider-package';

/** A configuration in terraform's JSON syntax. */
export interface Configuration {
  readonly [section: string]: unknown;
}

/** The types of resource and data source that configurations name. */
export function usedTypes(configurations: readonly Configuration[]): UsedTypes {
  const names = (section: string) => [
    ...new Set(
      configurations.flatMap((configuration) => Object.keys((configuration[section] ?? {}) as object)),
    ),
  ];
  return { resources: names('resource'), dataSources: names('data') };
}
