import { deepFreeze, type Problem, throwProblems } from '@inferstack/runtime/contract';
import { checkEndpointPlan } from './check-plan';
import { Duration, type DurationLike } from './duration';
import { endpointName } from './endpoint-name';
import type {
  ErrorAlarmProps,
  ExecutionProps,
  LatencyAlarmProps,
  ModelEndpointProps,
  MonitoringProps,
} from './endpoint-props';
import type {
  EndpointPlan,
  ErrorAlarmPlan,
  ExecutionPlan,
  LatencyAlarmPlan,
  MonitoringPlan,
  ResourcesPlan,
  RuntimePlan,
  ScalingPlan,
} from './plan';
import { resolveFeatures } from './resolve-features';
import { resolveModels } from './resolve-models';
import { resolveResources } from './resolve-resources';
import { Rollout, resolveRollout } from './rollout';
import { RuntimeImage } from './runtime-image';
import { type Served, unnamedModels } from './served-names';

const MIB = 1024 * 1024;

/**
 * How replicas are added and removed unless said otherwise. Exported for platforms that scale by rules of their own:
 * they take these values as "not asked for" and refuse every other.
 */
export const DEFAULT_SCALING = {
  minReplicas: 2,
  maxReplicas: 10,
  cpuPercent: 60,
  scaleOutCooldownSeconds: 60,
  scaleInCooldownSeconds: 300,
} as const;

/** The largest body unless said otherwise. Exported for platforms that let less through: they take it as "not asked for". */
export const DEFAULT_MAX_BODY_BYTES = 8 * MIB;

/**
 * Resolves every default of an endpoint and checks the whole: the only place where a default is decided.
 *
 * @throws ProblemError with all problems at once.
 */
export function resolveEndpointPlan<Native>(path: string, props: ModelEndpointProps<Native>): EndpointPlan {
  const problems: Problem[] = [];
  const { pipelines, ...opened } = resolveModels(path, props.model, problems);
  const requestTimeoutMs = (props.runtime?.requestTimeout ?? Duration.seconds(30)).toMilliseconds();
  const resources = resolveResources(props.resources);
  const rollout = props.rollout ?? Rollout.rolling();
  const { models, platform, trials, adminKeys } = resolveRollout(
    rollout,
    { models: opened.models, path, requestTimeoutMs, memoryMiB: resources.memoryMiB },
    problems,
  );
  const plan: EndpointPlan = {
    name: endpointName(path, problems),
    path,
    models,
    scaling: resolveScaling(props),
    resources,
    rollout: platform,
    monitoring: resolveMonitoring(props.monitoring ?? {}),
    runtime: {
      ...resolveRuntime(props, { resources, models, path, runtime: { pipelines } }, problems),
      requestTimeoutMs,
      pipelines,
      rollouts: trials,
      rolloutKeys: adminKeys,
    },
  };
  problems.push(...checkEndpointPlan(plan));
  throwProblems(problems, path);
  return deepFreeze(plan);
}

function resolveScaling({ scaling = {} }: Pick<ModelEndpointProps<unknown>, 'scaling'>): ScalingPlan {
  const defaults = DEFAULT_SCALING;
  const minReplicas = scaling.minReplicas ?? defaults.minReplicas;
  return {
    minReplicas,
    maxReplicas: scaling.maxReplicas ?? atLeast(defaults.maxReplicas, minReplicas),
    requestsPerReplica: scaling.requestsPerReplica ?? null,
    cpuPercent: scaling.cpuPercent ?? defaults.cpuPercent,
    scaleOutCooldownSeconds: secondsOr(scaling.scaleOutCooldown, defaults.scaleOutCooldownSeconds),
    scaleInCooldownSeconds: secondsOr(scaling.scaleInCooldown, defaults.scaleInCooldownSeconds),
  };
}

// biome-ignore lint/complexity/useMathMinMax: a minimum of NaN is one mistake, not two
const atLeast = (usual: number, least: number): number => (least > usual ? least : usual);

function resolveMonitoring(props: MonitoringProps): MonitoringPlan {
  return {
    errors: props.errors === false ? null : resolveErrors(props.errors ?? {}),
    latency: props.latency === false ? null : resolveLatency(props.latency ?? {}),
    logRetentionDays: props.logRetentionDays ?? 30,
    dashboard: props.dashboard ?? true,
    runbookUrl: props.runbookUrl ?? null,
  };
}

function resolveErrors(props: ErrorAlarmProps): ErrorAlarmPlan {
  return {
    maxPercent: props.maxPercent ?? 1,
    minRequests: props.minRequests ?? 100,
    windowSeconds: seconds(props.window ?? Duration.minutes(5)),
  };
}

function resolveLatency(props: LatencyAlarmProps): LatencyAlarmPlan {
  return {
    maxP99Ms: (props.maxP99 ?? Duration.seconds(1)).toMilliseconds(),
    minRequests: props.minRequests ?? 100,
    windowSeconds: seconds(props.window ?? Duration.minutes(5)),
  };
}

function resolveRuntime(
  { runtime = {} }: Pick<ModelEndpointProps<unknown>, 'runtime'>,
  served: Served & Pick<EndpointPlan, 'resources' | 'path'>,
  problems: Problem[],
): Omit<RuntimePlan, 'pipelines' | 'rollouts' | 'rolloutKeys' | 'requestTimeoutMs'> {
  const { path, resources } = served;
  return {
    image: (runtime.image ?? RuntimeImage.fromSource()).bind(`${path}: runtime.image`, problems),
    logLevel: runtime.logLevel ?? 'info',
    grpc: runtime.grpc ?? false,
    contracts: runtime.contracts ?? [],
    adapters: (runtime.adapters ?? []).map((adapter) => adapter.bind(unnamedModels(served)[0])),
    features: resolveFeatures(runtime.features ?? [], served, problems),
    accessLogRatio: runtime.accessLogRatio ?? 0,
    maxBodyBytes: runtime.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES,
    maxInFlight: runtime.maxInFlight ?? 256,
    drainDelayMs: (runtime.drainDelay ?? Duration.seconds(5)).toMilliseconds(),
    drainTimeoutMs: (runtime.drainTimeout ?? Duration.seconds(30)).toMilliseconds(),
    execution: resolveExecution(runtime.execution ?? {}, resources),
  };
}

function resolveExecution(props: ExecutionProps, { cpuMillis }: ResourcesPlan): ExecutionPlan {
  const intraOpThreads = props.intraOpThreads ?? 1;
  return {
    placement: props.placement ?? 'auto',
    // Said here, since a container without a CPU limit sees every core of its host.
    workers: props.workers ?? Math.max(1, Math.floor(cpuMillis / 1000 / intraOpThreads)),
    intraOpThreads,
    maxBatchRows: props.maxBatchRows ?? 0,
    maxWaitMs: (props.maxWait ?? Duration.millis(0)).toMilliseconds(),
    hangMs: (props.hangTimeout ?? Duration.seconds(60)).toMilliseconds(),
    shareWeights: props.shareWeights ?? true,
  };
}

const seconds = (duration: DurationLike): number => duration.toMilliseconds() / 1000;

const secondsOr = (duration: DurationLike | undefined, otherwise: number): number =>
  duration === undefined ? otherwise : seconds(duration);
