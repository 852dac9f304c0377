import { API_VERSION, type RuntimeConfig } from '@inferstack/runtime/contract';
import type { EndpointPlan } from './plan';

/** What differs from platform to platform: where things are, never how the runtime behaves. */
export interface RuntimeAddresses {
  /** Where the model package is found: absolute path or URI; may hold placeholders of the tool. */
  readonly modelUri: string;
}

/** Ports every image listens on. Management (metrics, detail) stays on the private side. */
export const INFERENCE_PORT = 8080;
export const MANAGEMENT_PORT = 9090;

/** Translates a plan into the runtime's configuration: the same on every platform but for the addresses. */
export function runtimeConfig(plan: EndpointPlan, addresses: RuntimeAddresses): RuntimeConfig {
  const { model, runtime } = plan;
  return {
    apiVersion: API_VERSION,
    kind: 'RuntimeConfig',
    role: 'serve',
    endpoint: plan.name,
    models: [
      {
        name: model.manifest.name,
        version: model.manifest.version,
        uri: addresses.modelUri,
        digest: model.digest,
      },
    ],
    listeners: {
      inference: { host: '0.0.0.0', port: INFERENCE_PORT },
      management: { host: '0.0.0.0', port: MANAGEMENT_PORT },
    },
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
