import type { Construct } from 'constructs';
import { INFERENCE_PORT, modelBytes, outboundUrls } from '../core';
import { type ComposeSecret, ComposeService } from './compose-elements';
import type { LogOptions } from './compose-options';
import type { EndpointContext } from './context';
import { hardened } from './hardening';
import type { BoundModels } from './model-delivery';
import type { ServiceDefinition } from './service-definition';

const CONFIG_FILE = '/etc/inferstack/config.json';
const CACHE_DIRECTORY = '/tmp/inferstack';
/** User of the runtime's image. */
const USER = '10001:10001';
/** Time beyond the drain for closing the models and leaving. */
const EXIT_MARGIN_SECONDS = 5;
const MIB = 1024 * 1024;

export interface ReplicaParts {
  readonly image: Pick<ServiceDefinition, 'image' | 'build' | 'platform' | 'pull_policy'>;
  /** Path of the configuration beside the Compose file. */
  readonly configPath: string;
  readonly models: BoundModels;
  readonly logs: LogOptions;
  /** Keys of the feature stores. */
  readonly secrets: readonly ComposeSecret[];
}

/** Services that always run, and the one that runs while they are replaced. All are equal. */
export function replicaServices(scope: Construct, context: EndpointContext, parts: ReplicaParts) {
  const replicas = context.replicas.map(
    (name, i) => new ComposeService(scope, `Replica${i + 1}`, name, replica(context, parts)),
  );
  // Without a profile that is switched on it starts only when it is named: by rollout.sh.
  const surge = new ComposeService(scope, 'Surge', context.surge, {
    ...replica(context, parts),
    profiles: ['rollout'],
  });
  return { replicas, surge };
}

function replica(context: EndpointContext, parts: ReplicaParts): ServiceDefinition {
  const { resources, runtime, models } = context.plan;
  const { drainDelayMs, drainTimeoutMs } = runtime;
  return {
    ...parts.image,
    ...hardened(USER, resources.memoryMiB, parts.logs),
    labels: context.labels('replica'),
    environment: { INFERSTACK_CONFIG: CONFIG_FILE, INFERSTACK_CACHE: CACHE_DIRECTORY },
    ...(parts.models.envFile === undefined ? {} : { env_file: parts.models.envFile }),
    cpus: resources.cpuMillis / 1000,
    tmpfs: [`/tmp:size=${scratchMiB(modelBytes(models))}m,mode=1777`],
    stop_signal: 'SIGTERM',
    stop_grace_period: `${Math.ceil((drainDelayMs + drainTimeoutMs) / 1000) + EXIT_MARGIN_SECONDS}s`,
    healthcheck: healthCheck(context.plan.rollout.timeoutSeconds),
    networks: {
      [context.network]: {},
      ...(needsEgress(context, parts.models) ? { [context.egress]: {} } : {}),
    },
    volumes: [
      {
        type: 'bind',
        source: `./${parts.configPath}`,
        target: CONFIG_FILE,
        read_only: true,
        bind: { create_host_path: false },
      },
      ...parts.models.volumes,
    ],
    ...(parts.secrets.length === 0 ? {} : { secrets: parts.secrets.map(mounted) }),
  };
}

/** Under the name of the lookup, whatever the secret is called in the project. */
function mounted({ name, node }: ComposeSecret): { source: string; target: string } {
  return { source: name, target: node.id };
}

/** Whether the replicas have to reach hosts outside: the model, a feature store, or the figure of a gate. */
export function needsEgress({ plan }: EndpointContext, models: BoundModels): boolean {
  return models.egress || outboundUrls(plan).length > 0;
}

const PROBE = `fetch('http://127.0.0.1:${INFERENCE_PORT}/v2/health/ready').then((r)=>process.exit(r.ok?0:1),()=>process.exit(1))`;

/** Healthy means loaded and past the golden samples; a model may take the whole time of the rollout for that. */
function healthCheck(timeoutSeconds: number): ServiceDefinition['healthcheck'] {
  return {
    test: ['CMD', 'node', '-e', PROBE],
    // The balancer looks every second by itself; this one is for rollouts and for people, and costs a process. No
    // start_interval: engines before 25 refuse it.
    interval: '5s',
    timeout: '5s',
    retries: 3,
    start_period: `${timeoutSeconds}s`,
  };
}

/** Room for the archives, what they unpack to, and ONNX Runtime's optimized copies. Memory, taken only when used. */
function scratchMiB(modelBytes: number): number {
  return 64 + Math.ceil((3 * modelBytes) / MIB);
}
