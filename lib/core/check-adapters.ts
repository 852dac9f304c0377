import {
  adapterProblems,
  adapterSchema,
  dotted,
  issuesToProblems,
  type Problem,
} from '@inferstack/runtime/contract';
import type { EndpointPlan } from './plan';

/** What is wrong with the adapters of a plan: what the runtime would refuse at its start. */
export function checkAdapters(plan: EndpointPlan): Problem[] {
  const { models, runtime, path } = plan;
  const place = (index: number): string => `${path}: runtime.adapters[${index}]`;
  const { adapters, contracts } = runtime;
  const malformed = adapters.flatMap((adapter, index) => {
    const { error } = adapterSchema.safeParse(adapter);
    if (error === undefined) return [];
    return issuesToProblems(error, adapter, 'ADAPTER_INVALID', (_, at) => `${place(index)}.${dotted(at)}`);
  });
  if (malformed.length > 0) return malformed;
  const served = [...models.map(({ manifest }) => manifest), ...runtime.pipelines];
  return adapterProblems(adapters, { contracts, models: served }, place);
}
