import { Yaml } from 'cdk8s';
import { KubeConfigMap } from 'cdk8s-plus-32/lib/imports/k8s';
import type { Construct } from 'constructs';
import { alertGroup, checkAlerts } from './alerts';
import type { Checker } from './checker';
import type { EndpointContext } from './context';
import { PrometheusRule, ServiceMonitor } from './custom-resources';
import { dashboard } from './dashboard';
import { METRICS_PATH } from './metrics';
import { checkPeer, type NetworkPeer } from './network-peer';
import { MANAGEMENT_PORT_NAME } from './services';

const SCRAPE_INTERVAL = '15s';
const DEFAULT_PROMETHEUS: NetworkPeer = { namespace: 'monitoring' };

export interface PrometheusOperatorOptions {
  /** Labels by which the operator's Prometheus selects monitors and rules: `{release: 'kube-prometheus-stack'}`. @default - none */
  readonly labels?: Readonly<Record<string, string>>;
  /** Where Prometheus runs, let through to the management port. @default {namespace: 'monitoring'} */
  readonly prometheus?: NetworkPeer;
}

export interface PlainPrometheusOptions {
  /**
   * PromQL matchers that select this endpoint's series under your scrape configuration, which alone knows the
   * labels: `app_kubernetes_io_instance="credit-risk"`. Series need a `namespace` and a `pod` label; with `argoRollouts`
   * also `rollouts_pod_template_hash`, that label of the pod.
   */
  readonly matcher: string;
  /** Where Prometheus runs, let through to the management port. @default {namespace: 'monitoring'} */
  readonly prometheus?: NetworkPeer;
}

/** What monitoring created, once bound. */
export interface BoundMonitoring {
  readonly serviceMonitor?: ServiceMonitor;
  readonly alerts: PrometheusRule | KubeConfigMap;
  readonly dashboard?: KubeConfigMap;
}

/** How the cluster's Prometheus finds the metrics and the alarms. */
export abstract class ClusterMonitoring {
  /** By the Prometheus operator: a ServiceMonitor and a PrometheusRule. */
  static prometheusOperator(options: PrometheusOperatorOptions = {}): ClusterMonitoring {
    return new OperatorMonitoring(options);
  }

  /**
   * By annotations on the pods (`prometheus.io/scrape`), for a Prometheus without the operator. The alarms are a
   * rule file in the ConfigMap `<name>-alerts`, which that Prometheus has to load (`rule_files`).
   */
  static plainPrometheus(options: PlainPrometheusOptions): ClusterMonitoring {
    return new PlainMonitoring(options);
  }

  protected constructor(private readonly prometheus: NetworkPeer = DEFAULT_PROMETHEUS) {}

  /** Who may reach the management port. */
  get scraper(): NetworkPeer {
    return this.prometheus;
  }

  check(check: Checker, context: EndpointContext): void {
    checkPeer(check, 'target.monitoring.prometheus', this.prometheus);
    checkAlerts(check, context);
  }

  /** PromQL matchers that select the endpoint's series. */
  abstract matcher(context: EndpointContext): string;
  /** Annotations of the pods. */
  abstract podAnnotations(managementPort: number): Record<string, string>;
  abstract bind(scope: Construct, context: EndpointContext): BoundMonitoring;
}

class OperatorMonitoring extends ClusterMonitoring {
  constructor(private readonly options: PrometheusOperatorOptions) {
    super(options.prometheus);
  }

  matcher({ name }: EndpointContext): string {
    return `job="${name}"`;
  }

  podAnnotations(): Record<string, string> {
    return {};
  }

  bind(scope: Construct, context: EndpointContext): BoundMonitoring {
    const extra = { labels: { ...this.options.labels } };
    const matcher = this.matcher(context);
    const { seriesLabels } = context.workload;
    return {
      serviceMonitor: new ServiceMonitor(scope, 'ServiceMonitor', {
        metadata: context.metadata('', 'monitoring', extra),
        spec: {
          jobLabel: 'app.kubernetes.io/instance',
          selector: { matchLabels: { ...context.selector, 'app.kubernetes.io/component': 'management' } },
          endpoints: [{ port: MANAGEMENT_PORT_NAME, path: METRICS_PATH, interval: SCRAPE_INTERVAL }],
          ...(seriesLabels.length === 0 ? {} : { podTargetLabels: seriesLabels }),
        },
      }),
      alerts: new PrometheusRule(scope, 'Alerts', {
        metadata: context.metadata('', 'monitoring', extra),
        spec: { groups: [alertGroup(context, matcher)] },
      }),
      dashboard: optionalDashboard(scope, context, matcher),
    };
  }
}

class PlainMonitoring extends ClusterMonitoring {
  constructor(private readonly options: PlainPrometheusOptions) {
    super(options.prometheus);
  }

  override check(check: Checker, context: EndpointContext): void {
    super.check(check, context);
    const { matcher } = this.options;
    if (/^\s*\w+\s*(=|!=|=~|!~)\s*"[^"]*"(\s*,\s*\w+\s*(=|!=|=~|!~)\s*"[^"]*")*\s*$/.test(matcher)) return;
    check.add('KUBERNETES_OPTION', 'target.monitoring.matcher', {
      what: 'the matcher is not a list of PromQL label matchers',
      got: matcher,
      allowed: 'label="value", more of them joined by commas, without braces',
      remedy: "Write the labels your scrape configuration gives this endpoint's series.",
    });
  }

  matcher(): string {
    return this.options.matcher;
  }

  podAnnotations(managementPort: number): Record<string, string> {
    return {
      'prometheus.io/scrape': 'true',
      'prometheus.io/port': String(managementPort),
      'prometheus.io/path': METRICS_PATH,
    };
  }

  bind(scope: Construct, context: EndpointContext): BoundMonitoring {
    const rules = { groups: [alertGroup(context, this.options.matcher)] };
    return {
      alerts: new KubeConfigMap(scope, 'Alerts', {
        metadata: context.metadata('-alerts', 'monitoring'),
        data: { [`${context.name}.rules.yaml`]: Yaml.stringify(rules) },
      }),
      dashboard: optionalDashboard(scope, context, this.options.matcher),
    };
  }
}

function optionalDashboard(scope: Construct, context: EndpointContext, matcher: string) {
  return context.plan.monitoring.dashboard ? dashboard(scope, context, matcher) : undefined;
}
