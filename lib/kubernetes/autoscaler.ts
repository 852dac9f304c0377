import { KubeHorizontalPodAutoscalerV2 } from 'cdk8s-plus-32/lib/imports/k8s';
import type { Construct } from 'constructs';
import type { Checker } from './checker';
import type { EndpointContext } from './context';
import { ScaledObject, type ScaledObjectSpec, type ScaledObjectTrigger } from './custom-resources';
import { METRICS } from './metrics';
import { checkPrometheusUrl } from './prometheus-url';
import { checkCooldowns, scalingBehavior } from './scaling-behavior';
import type { ScaleTarget } from './workload';

export interface KedaOptions {
  /** Address of Prometheus as KEDA reaches it: `http://prometheus-operated.monitoring.svc:9090`. */
  readonly prometheusUrl: string;
  /**
   * PromQL giving one number: the requests per second that arrive for this endpoint, counted in front of it (by the
   * gateway). Needed for `minReplicas: 0`: replicas that do not run count no requests, so nothing would wake them.
   * @default - what the replicas count themselves
   */
  readonly requestsQuery?: string;
}

/** What changes the number of replicas. Exactly one does. */
export abstract class Autoscaler {
  /** Kubernetes' own autoscaler, on CPU; needs the metrics server. Never below one replica. */
  static horizontalPodAutoscaler(): Autoscaler {
    return new CpuAutoscaler();
  }

  /** KEDA: on CPU, on requests per second (`scaling.requestsPerReplica`), and down to zero. */
  static keda(options: KedaOptions): Autoscaler {
    return new KedaAutoscaler(options);
  }

  abstract check(check: Checker, context: EndpointContext): void;
  abstract bind(scope: Construct, context: EndpointContext): KubeHorizontalPodAutoscalerV2 | ScaledObject;
}

class CpuAutoscaler extends Autoscaler {
  check(check: Checker, { plan: { scaling } }: EndpointContext): void {
    checkCooldowns(check, scaling);
    if (scaling.requestsPerReplica !== null) {
      check.unsupported('scaling.requestsPerReplica', {
        what: 'a HorizontalPodAutoscaler sees CPU alone; requests per second need an adapter for custom metrics',
        got: scaling.requestsPerReplica,
        allowed: 'none with Autoscaler.horizontalPodAutoscaler()',
        remedy: 'Use autoscaler: Autoscaler.keda({prometheusUrl}), or leave requestsPerReplica out.',
      });
    }
    if (scaling.minReplicas === 0) {
      check.unsupported('scaling.minReplicas', {
        what: 'a HorizontalPodAutoscaler cannot scale to zero',
        got: 0,
        allowed: '1 or more',
        remedy: 'Raise minReplicas, or use Autoscaler.keda with a requestsQuery.',
      });
    }
  }

  bind(scope: Construct, context: EndpointContext): KubeHorizontalPodAutoscalerV2 {
    const { scaling } = context.plan;
    const behavior = scalingBehavior(scaling);
    return new KubeHorizontalPodAutoscalerV2(scope, 'Autoscaler', {
      metadata: context.metadata('', 'model-endpoint'),
      spec: {
        scaleTargetRef: context.workload.scaleTarget,
        minReplicas: scaling.minReplicas,
        maxReplicas: scaling.maxReplicas,
        metrics: [
          {
            type: 'Resource',
            resource: {
              name: 'cpu',
              target: { type: 'Utilization', averageUtilization: scaling.cpuPercent },
            },
          },
        ],
        behavior: {
          scaleUp: { ...behavior.scaleUp, policies: [...behavior.scaleUp.policies] },
          scaleDown: { ...behavior.scaleDown, policies: [...behavior.scaleDown.policies] },
        },
      },
    });
  }
}

class KedaAutoscaler extends Autoscaler {
  constructor(private readonly options: KedaOptions) {
    super();
  }

  check(check: Checker, context: EndpointContext): void {
    const { scaling } = context.plan;
    checkCooldowns(check, scaling);
    checkPrometheusUrl(check, 'target.autoscaler.prometheusUrl', this.options.prometheusUrl, 'KEDA');
    this.checkQuery(check, context);
    const wakes = scaling.requestsPerReplica !== null && this.options.requestsQuery !== undefined;
    if (scaling.minReplicas > 0 || wakes) return;
    check.add('KUBERNETES_SCALING', 'scaling.minReplicas', {
      what: 'nothing would wake an endpoint without replicas: neither their CPU nor their own request count',
      got: 0,
      allowed: '0 only with scaling.requestsPerReplica and a requestsQuery counted in front of the endpoint',
      remedy: 'Give Autoscaler.keda a requestsQuery on the metrics of the gateway, or raise minReplicas.',
    });
  }

  private checkQuery(check: Checker, { plan, namespace }: EndpointContext): void {
    const own = plan.scaling.requestsPerReplica !== null && this.options.requestsQuery === undefined;
    if (own && namespace === undefined) {
      check.add('KUBERNETES_NAMESPACE', 'target.namespace', {
        what: 'without a namespace KEDA would count the requests of all endpoints of this name in the cluster',
        got: undefined,
        allowed: 'the namespace the endpoint will run in',
        remedy: 'Set namespace on the target or on the chart.',
      });
    }
    if (plan.scaling.requestsPerReplica === null && this.options.requestsQuery !== undefined) {
      check.add('KUBERNETES_SCALING', 'target.autoscaler.requestsQuery', {
        what: 'the query would be of no use: no request rate per replica is set',
        got: this.options.requestsQuery,
        remedy: 'Set scaling.requestsPerReplica, or leave requestsQuery out.',
      });
    }
  }

  bind(scope: Construct, context: EndpointContext): ScaledObject {
    const { scaling } = context.plan;
    return new ScaledObject(scope, 'Autoscaler', {
      metadata: context.metadata('', 'model-endpoint'),
      spec: {
        scaleTargetRef: kedaTarget(context.workload.scaleTarget),
        minReplicaCount: scaling.minReplicas,
        maxReplicaCount: scaling.maxReplicas,
        pollingInterval: 15,
        cooldownPeriod: scaling.scaleInCooldownSeconds,
        advanced: { horizontalPodAutoscalerConfig: { behavior: scalingBehavior(scaling) } },
        triggers: [cpuTrigger(scaling.cpuPercent), ...this.requestTriggers(context)],
      },
    });
  }

  private requestTriggers(context: EndpointContext): ScaledObjectTrigger[] {
    const { requestsPerReplica } = context.plan.scaling;
    if (requestsPerReplica === null) return [];
    const series = `${METRICS.requests}{job="${context.name}",namespace="${context.namespace}"}`;
    return [
      {
        type: 'prometheus',
        metricType: 'AverageValue',
        metadata: {
          serverAddress: this.options.prometheusUrl,
          query: this.options.requestsQuery ?? `sum(rate(${series}[1m]))`,
          threshold: String(requestsPerReplica),
        },
      },
    ];
  }
}

/** KEDA takes a name alone for that of a Deployment. */
function kedaTarget({ apiVersion, kind, name }: ScaleTarget): ScaledObjectSpec['scaleTargetRef'] {
  return kind === 'Deployment' ? { name } : { apiVersion, kind, name };
}

function cpuTrigger(cpuPercent: number): ScaledObjectTrigger {
  return { type: 'cpu', metricType: 'Utilization', metadata: { value: String(cpuPercent) } };
}
