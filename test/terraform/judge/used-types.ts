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

/** A value for every variable that must be given. */
export function madeUpVariables(configurations: readonly Configuration[]): Readonly<Record<string, unknown>> {
  const variables = configurations.flatMap((configuration) =>
    Object.entries((configuration['variable'] ?? {}) as Readonly<Record<string, Variable>>),
  );
  const open = variables.filter(([, variable]) => !('default' in variable));
  return Object.fromEntries(open.map(([name, { type = 'string' }]) => [name, madeUp(type)]));
}

interface Variable {
  readonly type?: string;
  readonly default?: unknown;
}

function madeUp(type: string): unknown {
  if (type === 'number') return 1;
  if (type === 'bool') return false;
  if (/^(list|set|tuple)/.test(type)) return [];
  return /^(map|object)/.test(type) ? {} : 'judge';
}
