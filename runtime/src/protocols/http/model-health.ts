import type { ModelRepository } from '../../inference';

/** What there is to know of one version: its state and, while it serves, how it runs. */
export function modelHealth(repository: ModelRepository, name: string, version: string): object {
  const { slot, reason } = find(repository, name, version);
  const told = reason === '' ? {} : { reason };
  const facts = slot.serving?.facts;
  if (facts === undefined) return { state: slot.state, ...told };
  const { loadSeconds, goldenSamples, memoryBytes, execution } = facts;
  return {
    state: 'serving',
    ...told,
    loadSeconds,
    goldenSamples: { passed: goldenSamples },
    memoryBytes,
    execution,
  };
}

/** What there is to know of a pipeline; its models are told by themselves. */
export function pipelineHealth(repository: ModelRepository, name: string, version: string): object {
  const { slot, reason } = find(repository, name, version);
  const ready = slot.serving !== undefined && slot.serving.executor.unready === undefined;
  return { ready, ...(reason !== '' && { reason }), digest: slot.serving?.digest };
}

function find(repository: ModelRepository, name: string, version: string) {
  const wanted = (entry: { readonly name: string; readonly version: string }): boolean =>
    entry.name === name && entry.version === version;
  const { reason } = repository.index().find(wanted)!;
  return { slot: repository.slots.find(wanted)!, reason };
}
