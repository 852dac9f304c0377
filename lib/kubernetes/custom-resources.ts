import { ApiObject, type ApiObjectMetadata } from 'cdk8s';
import type { Construct } from 'constructs';
import type { HpaBehavior } from './scaling-behavior';

// The custom resources this target writes, with the few fields it uses: importing the full definitions would make
// megabytes of types. The strict schema tests hold these against the projects' own definitions.

export interface CustomResourceProps<Spec> {
  readonly metadata: ApiObjectMetadata;
  readonly spec: Spec;
}

/** How the Prometheus operator scrapes a Service. https://prometheus-operator.dev */
export interface ServiceMonitorSpec {
  /** Label of the Service whose value becomes the `job` label of its series. */
  readonly jobLabel: string;
  readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly endpoints: readonly { readonly port: string; readonly path: string; readonly interval: string }[];
  /** Labels of the pods that their series get too. */
  readonly podTargetLabels?: readonly string[];
}

export class ServiceMonitor extends ApiObject {
  constructor(scope: Construct, id: string, props: CustomResourceProps<ServiceMonitorSpec>) {
    super(scope, id, { apiVersion: 'monitoring.coreos.com/v1', kind: 'ServiceMonitor', ...props });
  }
}

/** A group of alerts in the format of Prometheus' own rule files. */
export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly AlertRule[];
}

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export class PrometheusRule extends ApiObject {
  constructor(scope: Construct, id: string, props: CustomResourceProps<{ groups: readonly RuleGroup[] }>) {
    super(scope, id, { apiVersion: 'monitoring.coreos.com/v1', kind: 'PrometheusRule', ...props });
  }
}

/** https://keda.sh/docs/latest/reference/scaledobject-spec/ */
export interface ScaledObjectSpec {
  /** A name alone is that of a Deployment. */
  readonly scaleTargetRef: { readonly name: string; readonly kind?: string; readonly apiVersion?: string };
  readonly minReplicaCount: number;
  readonly maxReplicaCount: number;
  /** Seconds between two looks at the triggers. */
  readonly pollingInterval: number;
  /** Seconds without activity before the last replica goes; only for a minimum of 0. */
  readonly cooldownPeriod: number;
  readonly advanced: { readonly horizontalPodAutoscalerConfig: { readonly behavior: HpaBehavior } };
  readonly triggers: readonly ScaledObjectTrigger[];
}

export interface ScaledObjectTrigger {
  readonly type: 'cpu' | 'prometheus';
  readonly metricType: 'Utilization' | 'AverageValue';
  readonly metadata: Readonly<Record<string, string>>;
}

export class ScaledObject extends ApiObject {
  constructor(scope: Construct, id: string, props: CustomResourceProps<ScaledObjectSpec>) {
    super(scope, id, { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', ...props });
  }
}

/** What a route attaches to: a Gateway, or one of its listeners. */
export interface ParentRef {
  readonly name: string;
  readonly namespace?: string;
  readonly sectionName?: string;
}

/** A Service that a route leads to. */
export interface BackendRef {
  readonly name: string;
  readonly port: number;
  /** Its part of the requests, of the sum of all. */
  readonly weight?: number;
}

/** https://gateway-api.sigs.k8s.io/api-types/httproute/ */
export interface HttpRouteSpec {
  readonly parentRefs: readonly ParentRef[];
  readonly hostnames: readonly string[];
  readonly rules: readonly {
    readonly timeouts: { readonly request: string };
    readonly backendRefs: readonly BackendRef[];
  }[];
}

export class HttpRoute extends ApiObject {
  constructor(scope: Construct, id: string, props: CustomResourceProps<HttpRouteSpec>) {
    super(scope, id, { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', ...props });
  }
}

/** https://gateway-api.sigs.k8s.io/api-types/grpcroute/ */
export interface GrpcRouteSpec {
  readonly parentRefs: readonly ParentRef[];
  readonly hostnames: readonly string[];
  readonly rules: readonly {
    readonly matches: readonly { readonly method: { readonly service: string; readonly method?: string } }[];
    readonly backendRefs: readonly BackendRef[];
  }[];
}

export class GrpcRoute extends ApiObject {
  constructor(scope: Construct, id: string, props: CustomResourceProps<GrpcRouteSpec>) {
    super(scope, id, { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GRPCRoute', ...props });
  }
}
