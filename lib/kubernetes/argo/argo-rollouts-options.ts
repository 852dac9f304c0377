/** Argo Rollouts, a controller of the cluster, replaces what is deployed, watches it and goes back by itself. */
export interface ArgoRolloutsOptions {
  /** Address of Prometheus as the controller reaches it: `http://prometheus-operated.monitoring.svc:9090`. */
  readonly prometheusUrl: string;
}
