import type { Workload } from '../workload';

/** Pods of one version have the same value of it, which Argo also puts into the selectors of the Services. */
const VERSION_LABEL = 'rollouts-pod-template-hash';
/** The same as Prometheus writes it. */
export const VERSION_SERIES_LABEL = 'rollouts_pod_template_hash';

/** A Rollout of Argo, which has the name of the endpoint and takes its pods from the Deployment of that name. */
export function argoWorkload(name: string, namespace: string | undefined): Workload {
  const argo = `kubectl argo rollouts${namespace === undefined ? '' : ` -n ${namespace}`}`;
  return {
    scaleTarget: { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name },
    versionLabel: VERSION_LABEL,
    seriesLabels: [VERSION_LABEL],
    declaresManagement: true,
    stopped: (where) => `${info('rollout_info', `name="${name}",phase="Degraded"`, where)} == 1`,
    wantedReplicas: `sum(${info('rollout_info_replicas_desired', `name="${name}"`, '$namespace', '=~')})`,
    goBack: `${argo} abort ${name} while it is under way, afterwards ${argo} undo ${name}`,
  };
}

/**
 * A metric of the controller. Scraped through a ServiceMonitor without honorLabels, its label `namespace` is that of the
 * controller, and the one of the Rollout is called `exported_namespace`.
 */
function info(metric: string, labels: string, namespace: string | undefined, is = '='): string {
  if (namespace === undefined) return `${metric}{${labels}}`;
  const series = (label: string) => `${metric}{${labels},${label}${is}"${namespace}"}`;
  return `(${series('namespace')} or ${series('exported_namespace')})`;
}
