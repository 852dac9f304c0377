import { type Problem, type RuntimeConfig, throwProblems } from '@inferstack/runtime/contract';
import type { AppEndpoint } from '../app-endpoint';
import { localRuntimeConfig } from '../local-config';

/**
 * The configuration that would be deployed, as far as it decides how a rollout goes: both versions, limits, threads, and
 * the rollout. Who may ask, other protocols and what is reported elsewhere play no part.
 *
 * @throws ProblemError LOCAL_REHEARSAL
 */
export function rehearsalConfig(endpoint: AppEndpoint): RuntimeConfig {
  const { pipelines: _, contracts: __, adapters: ___, ...local } = localRuntimeConfig(endpoint);
  const [rollout] = local.rollouts?.rollouts ?? [];
  if (rollout === undefined) throwProblems([nothingStable(endpoint)]);
  const { gates, model, stable, candidate } = rollout!;
  if (gates.every(({ metric }) => metric === 'prometheus')) throwProblems([nothingJudged(endpoint)]);
  const tried = [stable, candidate];
  return {
    ...local,
    models: local.models.filter(({ name, version }) => name === model && tried.includes(version)),
    ...(local.features && { features: local.features.filter((lookup) => lookup.model === model) }),
    listeners: { ...local.listeners, grpc: null },
    drain: { delayMs: 0, timeoutMs: 1000 },
    tls: null,
    auth: null,
    telemetry: { traces: null, emf: false, accessLogRatio: 0 },
    rollouts: { adminKeys: null, rollouts: [rollout!] },
    logging: { level: 'error' },
  };
}

const nothingStable = ({ path }: AppEndpoint): Problem => ({
  code: 'LOCAL_REHEARSAL',
  at: path,
  what: 'the rollout has no candidate, and nothing says what is deployed now',
  allowed: 'a candidate in the rollout, or --stable',
  remedy: 'Give the package that is deployed now: --stable <directory>.',
});

const nothingJudged = ({ path }: AppEndpoint): Problem => ({
  code: 'LOCAL_REHEARSAL',
  at: path,
  what: 'every gate of the rollout is judged by another server, which sees nothing of a rehearsal',
  allowed: 'at least one gate on errors, latency or answers',
  remedy: 'Add Gate.errors() or Gate.agreement().',
});
