/** What the project as a whole knows about one of its endpoints: for Prometheus and for rollout.sh. */
export interface ProjectEndpoint {
  /** Service of the balancer. */
  readonly name: string;
  /** Services that always run, in the order in which they are replaced. */
  readonly replicas: readonly string[];
  /** Service that runs besides while they are. */
  readonly surge: string;
  /** Network on which Prometheus reaches them all. */
  readonly network: string;
  /** Time a new replica may take to become ready. */
  readonly timeoutSeconds: number;
  /** Time the replicas and the alarms are watched after the last one was replaced. */
  readonly bakeSeconds: number;
}
