import {
  API_VERSION,
  type FeatureLookup,
  type RuntimeConfig,
  type SecretPlace,
} from '@inferstack/runtime/contract';
import type { EndpointPlan, FeaturePlan } from './plan';
import { UnsupportedError } from './problems';
import { ROLLOUT_KEYS } from './runtime-secrets';
import { secretVariable } from './secret-ref';

/** What differs from platform to platform: where things are, never how the runtime behaves. */
export interface RuntimeAddresses {
  /** Where each model package is found, in the order of the plan: absolute path or URI; may hold placeholders of the tool. */
  readonly modelUris: readonly string[];
  /** Whether metrics are collected from the log (CloudWatch) besides being scraped. @default false */
  readonly emf?: boolean;
  /**
   * Where the runtime finds a secret that the target brings: the credentials of a feature lookup, or `rollout-keys`.
   * @default - the target brings none, and a plan that needs some is refused
   */
  readonly credentials?: (name: string) => SecretPlace;
}

/** Ports every image listens on. Management (metrics, detail) stays on the private side. */
export const INFERENCE_PORT = 8080;
export const GRPC_PORT = 8081;
export const MANAGEMENT_PORT = 9090;

/** Translates a plan into the runtime's configuration: the same on every platform but for the addresses. */
export function runtimeConfig(plan: EndpointPlan, addresses: RuntimeAddresses): RuntimeConfig {
  const { models, runtime } = plan;
  return {
    apiVersion: API_VERSION,
    kind: 'RuntimeConfig',
    role: 'serve',
    endpoint: plan.name,
    models: models.map(({ manifest: { name, version }, digest }, i) => ({
      name,
      version,
      uri: addresses.modelUris[i]!,
      digest,
    })),
    ...(runtime.pipelines.length > 0 && { pipelines: [...runtime.pipelines] }),
    listeners: {
      inference: { host: '0.0.0.0', port: INFERENCE_PORT },
      grpc: runtime.grpc ? { host: '0.0.0.0', port: GRPC_PORT } : null,
      management: { host: '0.0.0.0', port: MANAGEMENT_PORT },
    },
    tls: null,
    auth: null,
    repository: { explicitControl: false, maxMemoryBytes: 0 },
    telemetry: { traces: null, emf: addresses.emf ?? false, accessLogRatio: runtime.accessLogRatio },
    // Left out when there are none: nothing changes for endpoints that want none.
    ...(runtime.contracts.length > 0 && { contracts: [...runtime.contracts] }),
    ...(runtime.features.length > 0 && {
      features: runtime.features.map((feature) => featureLookup(feature, addresses)),
    }),
    ...(runtime.adapters.length > 0 && { adapters: [...runtime.adapters] }),
    ...(runtime.rollouts.length > 0 && {
      rollouts: { adminKeys: adminKeys(plan, addresses), rollouts: [...runtime.rollouts] },
    }),
    limits: {
      maxBodyBytes: runtime.maxBodyBytes,
      requestTimeoutMs: runtime.requestTimeoutMs,
      maxInFlight: runtime.maxInFlight,
    },
    drain: { delayMs: runtime.drainDelayMs, timeoutMs: runtime.drainTimeoutMs },
    execution: runtime.execution,
    logging: { level: runtime.logLevel },
  };
}

function featureLookup({ lookup, secret }: FeaturePlan, { credentials }: RuntimeAddresses): FeatureLookup {
  if (secret === null) return { ...lookup, credentials: null };
  // So that a target which forgets them cannot deploy a runtime that does not start.
  if (credentials === undefined)
    throw new UnsupportedError(broughtNowhere(`runtime.features.${lookup.name}.credentials`));
  return { ...lookup, credentials: credentials(lookup.name) };
}

function adminKeys({ runtime }: EndpointPlan, { credentials }: RuntimeAddresses): SecretPlace | null {
  if (runtime.rolloutKeys === null) return null;
  if (credentials === undefined) throw new UnsupportedError(broughtNowhere('rollout.trial.adminKeys'));
  return credentials(ROLLOUT_KEYS);
}

const broughtNowhere = (at: string) => ({
  at,
  what: 'the platform brings no secrets to the runtime',
  got: 'a SecretRef',
  allowed: 'unset',
  remedy: 'Choose another target, or leave it out.',
});

/** For targets that bring secrets in environment variables. */
export const inSecretVariable = (name: string) => ({ env: secretVariable(name) });
