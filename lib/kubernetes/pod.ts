import {
  type Container,
  IntOrString,
  type PodSpec,
  type Probe,
  Quantity,
  type TopologySpreadConstraint,
} from 'cdk8s-plus-32/lib/imports/k8s';
import { GRPC_PORT, INFERENCE_PORT, MANAGEMENT_PORT, modelBytes } from '../core';
import type { ClusterMonitoring } from './cluster-monitoring';
import type { EndpointContext } from './context';
import type { BoundModels } from './model-delivery';
import type { PodOptions } from './pod-options';
import { type SecretMount, secretMount } from './runtime-secrets';
import { GRPC_PORT_NAME, INFERENCE_PORT_NAME, MANAGEMENT_PORT_NAME } from './services';

export const CONFIG_DIRECTORY = '/etc/inferstack';
export const CONFIG_FILE = 'config.json';
export const RUNTIME_CACHE = '/tmp/inferstack';
/** User of the runtime's image. */
export const RUNTIME_USER = 10001;
const STARTUP_PERIOD_SECONDS = 5;
/** Time beyond the drain for closing the model and leaving. */
const EXIT_MARGIN_SECONDS = 5;
export const ARCH_LABEL = 'kubernetes.io/arch';
export const ARCH = { x86_64: 'amd64', arm64: 'arm64' } as const;
const MIB = 1024 * 1024;

export interface PodParts {
  readonly image: { readonly reference: string; readonly pinned: boolean };
  readonly configMapName: string;
  readonly models: BoundModels;
  readonly serviceAccountName: string;
}

/** A pod that passes the restricted Pod Security Standard. */
export function podSpec(context: EndpointContext, options: PodOptions, parts: PodParts): PodSpec {
  const { plan } = context;
  const secrets = secretMount(plan);
  const pullSecrets = options.imagePullSecrets?.map((name) => ({ name }));
  return {
    serviceAccountName: parts.serviceAccountName,
    // The runtime never talks to the Kubernetes API.
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    imagePullSecrets: pullSecrets,
    priorityClassName: options.priorityClassName,
    nodeSelector: { ...options.nodeSelector, [ARCH_LABEL]: ARCH[plan.resources.architecture] },
    tolerations: options.tolerations === undefined ? undefined : [...options.tolerations],
    topologySpreadConstraints: [
      spread(context, 'topology.kubernetes.io/zone'),
      spread(context, 'kubernetes.io/hostname'),
    ],
    // No preStop hook: on SIGTERM the runtime itself fails its readiness and goes on serving for drainDelay while
    // the cluster takes the pod out of its Services, then finishes what is in progress.
    terminationGracePeriodSeconds:
      Math.ceil((plan.runtime.drainDelayMs + plan.runtime.drainTimeoutMs) / 1000) + EXIT_MARGIN_SECONDS,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: RUNTIME_USER,
      runAsGroup: RUNTIME_USER,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [container(context, parts, secrets)],
    volumes: [
      { name: 'config', configMap: { name: parts.configMapName } },
      { name: 'tmp', emptyDir: { sizeLimit: Quantity.fromString(`${cacheMiB(modelBytes(plan.models))}Mi`) } },
      ...parts.models.volumes,
      ...(secrets === undefined ? [] : [secrets.volume]),
    ],
  };
}

/** What the pods say to the cluster, besides which model they serve. */
export function podAnnotations(
  { plan }: EndpointContext,
  monitoring: ClusterMonitoring,
): Record<string, string> {
  return {
    // Kubernetes keeps no logs; the collector that does can read this.
    'inferstack.dev/log-retention-days': String(plan.monitoring.logRetentionDays),
    ...monitoring.podAnnotations(MANAGEMENT_PORT),
  };
}

/** Spreads the replicas of one version, without keeping them from starting when a zone or host is full. */
function spread(context: EndpointContext, topologyKey: string): TopologySpreadConstraint {
  return {
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: { ...context.selector } },
    matchLabelKeys: [context.workload.versionLabel],
  };
}

function container(
  context: EndpointContext,
  { image, models }: PodParts,
  secrets: SecretMount | undefined,
): Container {
  const { resources, runtime } = context.plan;
  const memory = Quantity.fromString(`${resources.memoryMiB}Mi`);
  return {
    name: 'runtime',
    image: image.reference,
    // A tag may move: without asking the registry, two nodes could run two images.
    imagePullPolicy: image.pinned ? 'IfNotPresent' : 'Always',
    ports: [
      { name: INFERENCE_PORT_NAME, containerPort: INFERENCE_PORT },
      ...(runtime.grpc ? [{ name: GRPC_PORT_NAME, containerPort: GRPC_PORT }] : []),
      { name: MANAGEMENT_PORT_NAME, containerPort: MANAGEMENT_PORT },
    ],
    env: [
      { name: 'INFERSTACK_CONFIG', value: `${CONFIG_DIRECTORY}/${CONFIG_FILE}` },
      { name: 'INFERSTACK_CACHE', value: RUNTIME_CACHE },
    ],
    envFrom: models.envFrom === undefined ? undefined : [models.envFrom],
    // CPU has no limit: throttling would make the slow requests slower while cores are idle.
    resources: {
      requests: { cpu: Quantity.fromString(`${resources.cpuMillis}m`), memory },
      limits: { memory },
    },
    ...probes(context),
    volumeMounts: [
      { name: 'config', mountPath: CONFIG_DIRECTORY, readOnly: true },
      { name: 'tmp', mountPath: '/tmp' },
      ...models.mounts,
      ...(secrets === undefined ? [] : [secrets.mount]),
    ],
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
  };
}

function probes({ plan }: EndpointContext): {
  startupProbe: Probe;
  readinessProbe: Probe;
  livenessProbe: Probe;
} {
  const get = (path: string) => ({ path, port: IntOrString.fromString(INFERENCE_PORT_NAME) });
  return {
    // Ready means loaded and past the golden samples; a model may take the whole time of the rollout for that.
    startupProbe: {
      httpGet: get('/v2/health/ready'),
      periodSeconds: STARTUP_PERIOD_SECONDS,
      timeoutSeconds: 5,
      failureThreshold: Math.ceil(plan.rollout.timeoutSeconds / STARTUP_PERIOD_SECONDS),
    },
    readinessProbe: {
      httpGet: get('/v2/health/ready'),
      periodSeconds: 5,
      timeoutSeconds: 5,
      failureThreshold: 2,
    },
    // Slow to act: a replica under load answers late, and restarting it would only move the load.
    livenessProbe: {
      httpGet: get('/v2/health/live'),
      periodSeconds: 10,
      timeoutSeconds: 10,
      failureThreshold: 6,
    },
  };
}

/** Room for the archives, what they unpack to, and ONNX Runtime's optimized copies. */
export function cacheMiB(modelBytes: number): number {
  return 64 + Math.ceil((3 * modelBytes) / MIB);
}
