/** What an autoscaler counts and changes. */
export interface ScaleTarget {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}

/** Who runs the pods, and what follows from it. */
export interface Workload {
  readonly scaleTarget: ScaleTarget;
  /** Label of the pods whose value differs from version to version. */
  readonly versionLabel: string;
  /** Labels of the pods that their series must have too. */
  readonly seriesLabels: readonly string[];
  /** Whether the container declares the management port, so that Services and policies find it by name. */
  readonly declaresManagement: boolean;
  /** PromQL that gives a series while a rollout has stopped; undefined: a namespace nobody knows yet. */
  readonly stopped: (namespace: string | undefined) => string;
  /** PromQL of the number of replicas that are wanted, in the namespace `$namespace` of a dashboard. */
  readonly wantedReplicas: string;
  /** What brings the version before back; may hold `{{ $labels.namespace }}` of an alert. */
  readonly goBack: string;
}

/** A Deployment of our own, which has the name of the endpoint itself. */
export function ownDeployment(name: string): Workload {
  return {
    ...ofDeployment(name),
    declaresManagement: true,
    goBack: `kubectl -n {{ $labels.namespace }} rollout undo deployment/${name}`,
  };
}

/** What holds for the pods of every Deployment. */
export function ofDeployment(name: string): Omit<Workload, 'declaresManagement' | 'goBack'> {
  return {
    scaleTarget: { apiVersion: 'apps/v1', kind: 'Deployment', name },
    versionLabel: 'pod-template-hash',
    seriesLabels: [],
    // A Deployment past its progress deadline stops where it is and tells nobody. Metric of kube-state-metrics.
    stopped: (namespace) => {
      const scope = namespace === undefined ? '' : `,namespace="${namespace}"`;
      return `kube_deployment_status_condition{deployment="${name}",condition="Progressing",status="false"${scope}} == 1`;
    },
    // Of kube-state-metrics.
    wantedReplicas: `sum(kube_deployment_spec_replicas{deployment="${name}",namespace=~"$namespace"})`,
  };
}
