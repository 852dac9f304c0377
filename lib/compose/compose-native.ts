import type { ComposeFile, ComposeNetwork, ComposeService } from './compose-elements';

/** The parts of an endpoint in a Compose file: change their `definition` or `content` before `synth()`. */
export interface ComposeNative {
  /** HAProxy, in front of the replicas. */
  readonly balancer: ComposeService;
  /** Services `<name>-1` and following, all alike. */
  readonly replicas: readonly ComposeService[];
  /** Runs besides the replicas while rollout.sh replaces them; change it as you change them. */
  readonly surge: ComposeService;
  /** Of replicas and balancer: no way out. */
  readonly network: ComposeNetwork;
  /** Of balancer and callers: services that ask the model join it. */
  readonly callers: ComposeNetwork;
  /** With `ModelDelivery.fromUrl`, `runtime.features` or `Gate.metric`: the replicas' way out. */
  readonly egress: ComposeNetwork | undefined;
  /** haproxy.cfg */
  readonly balancerConfig: ComposeFile;
  /** Prometheus rules. */
  readonly alerts: ComposeFile;
  /** Scrape configuration for a Prometheus of your own. */
  readonly scrape: ComposeFile;
  /** Grafana dashboard, unless `monitoring.dashboard` is off. */
  readonly dashboard: ComposeFile | undefined;
}
