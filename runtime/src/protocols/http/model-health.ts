import type { ModelRepository } from '../../inference';

/** What there is to know of one version: its state and, while it serves, how it runs. */
export function modelHealth(repository: ModelRepository, name: string, version: string): object {
  const slot = repository.slots.find(
    (candidate) => candidate.name === name && candidate.version === version,
  )!;
  const { reason } = repository.index().find((entry) => entry.name === name && entry.version === version)!;
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
