import { featureLookupsSchema, issuesToProblems, type Problem, show } from '@inferstack/runtime/contract';
import { checkLookups } from '@inferstack/runtime/model';
import type { EndpointPlan } from './plan';
import { isUnresolved } from './unresolved';

/** In place of an address that is known only at deployment. */
const SOME_URL = 'https://known.at.deployment';

/** Checks the lookups of a plan as the runtime will, so that a wrong name fails here and not on the platform. */
export function checkFeatures({ path, model, runtime }: EndpointPlan): Problem[] {
  const at = `${path}: runtime.features`;
  const lookups = runtime.features.map(({ lookup }) => ({
    ...lookup,
    source: isUnresolved(lookup.source.url) ? { ...lookup.source, url: SOME_URL } : lookup.source,
    credentials: null,
  }));
  const result = featureLookupsSchema.safeParse(lookups);
  if (!result.success)
    return issuesToProblems(result.error, lookups, 'PLAN_FEATURES', (place) => `${at}.${place}`);
  return [
    ...checkLookups(result.data, model.manifest, at),
    ...lookups.flatMap(({ name, timeoutMs }, i) => {
      const problems: Problem[] = [];
      const add = (what: string, got: unknown, allowed: string, remedy: string) =>
        problems.push({ code: 'PLAN_FEATURES', at: `${at}.${name}`, what, got: show(got), allowed, remedy });
      if (lookups.findIndex((other) => other.name === name) < i)
        add('two sources have the same name', name, 'a name of its own for each', 'Rename one.');
      if (timeoutMs >= runtime.requestTimeoutMs)
        add(
          'the lookup may take longer than the whole request',
          `${timeoutMs} ms`,
          `less than ${runtime.requestTimeoutMs} ms`,
          'Lower its timeout, or raise runtime.requestTimeout.',
        );
      return problems;
    }),
  ];
}
