import type { Construct } from 'constructs';
import { stringify } from 'yaml';
import { MANAGEMENT_PORT } from '../core';
import { METRICS_PATH } from '../core/prometheus/metrics';
import { Checker } from './checker';
import { ComposeFile, ComposeNetwork, ComposeService } from './compose-elements';
import { BALANCER_PORTS } from './exposure';
import { hardened } from './hardening';
import type { ProjectEndpoint } from './project-endpoint';

export const PROMETHEUS_SERVICE = 'prometheus';
/** Where rule files lie beside the Compose file. */
export const MONITORING_DIRECTORY = 'monitoring';
const CONFIG_DIRECTORY = '/etc/prometheus';
const DATA_DIRECTORY = '/prometheus';
const PORT = 9090;
/** nobody, as in the official image. */
const USER = '65534:65534';

export interface PrometheusOptions {
  /** An image with Prometheus 2.40 or later. Production wants a digest. @default 'docker.io/prom/prometheus:v3.5.0' */
  readonly image?: string;
  /** Port on 127.0.0.1 where Prometheus is asked. @default 9090 */
  readonly port?: number;
  /** How long samples are kept, days. @default 15 */
  readonly retentionDays?: number;
  /** Memory it may take. @default 512 */
  readonly memoryMiB?: number;
  /** Alertmanagers that tell people, `host:port`. @default - none: alarms are seen in Prometheus, and stop rollouts */
  readonly alertmanagers?: readonly string[];
}

/** What Prometheus asks of one endpoint. Names that do not resolve, of services that do not run, are left out. */
export function scrapeConfigs(project: string, endpoint: ProjectEndpoint): object[] {
  const job = (name: string, services: readonly string[], port: number) => ({
    job_name: name,
    metrics_path: METRICS_PATH,
    scrape_interval: '15s',
    dns_sd_configs: [{ names: [...services], type: 'A', port, refresh_interval: '15s' }],
    relabel_configs: [
      { target_label: 'project', replacement: project },
      { source_labels: ['__meta_dns_name'], target_label: 'replica' },
    ],
  });
  return [
    job(endpoint.name, [...endpoint.replicas, endpoint.surge], MANAGEMENT_PORT),
    job(`${endpoint.name}-balancer`, [endpoint.name], BALANCER_PORTS.internal),
  ];
}

export function scrapeFile(project: string, endpoint: ProjectEndpoint): string {
  return stringify({ scrape_configs: scrapeConfigs(project, endpoint) }, { lineWidth: 0 });
}

/** Prometheus as a service of the project: it reaches management on the inner networks, where nobody else is. */
export class ProjectPrometheus {
  readonly service: ComposeService;
  readonly config: ComposeFile;
  private readonly endpoints: ProjectEndpoint[] = [];

  constructor(
    scope: Construct,
    private readonly project: string,
    private readonly options: PrometheusOptions,
  ) {
    checkPrometheus(project, options);
    new ComposeNetwork(scope, 'PrometheusNetwork', PROMETHEUS_SERVICE);
    this.config = new ComposeFile(
      scope,
      'PrometheusConfig',
      `${MONITORING_DIRECTORY}/prometheus.yml`,
      this.configuration(),
    );
    this.service = new ComposeService(scope, 'Prometheus', PROMETHEUS_SERVICE, this.definition());
  }

  add(endpoint: ProjectEndpoint): void {
    this.endpoints.push(endpoint);
    this.config.content = this.configuration();
    this.service.definition.networks = { ...this.service.definition.networks, [endpoint.network]: {} };
  }

  private configuration(): string {
    const { alertmanagers } = this.options;
    const config = {
      global: { scrape_interval: '15s', evaluation_interval: '15s' },
      // By name: files of endpoints that were removed stay behind.
      rule_files: this.endpoints.map(({ name }) => `${name}.rules.yaml`),
      ...(alertmanagers === undefined
        ? {}
        : { alerting: { alertmanagers: [{ static_configs: [{ targets: [...alertmanagers] }] }] } }),
      scrape_configs: this.endpoints.flatMap((endpoint) => scrapeConfigs(this.project, endpoint)),
    };
    return stringify(config, { lineWidth: 0 });
  }

  private definition() {
    const { image, port, retentionDays, memoryMiB } = this.options;
    return {
      image: image ?? 'docker.io/prom/prometheus:v3.5.0',
      command: [
        `--config.file=${CONFIG_DIRECTORY}/prometheus.yml`,
        `--storage.tsdb.path=${DATA_DIRECTORY}`,
        `--storage.tsdb.retention.time=${retentionDays ?? 15}d`,
      ],
      ...hardened(USER, memoryMiB ?? 512, {}),
      healthcheck: {
        test: ['CMD', 'promtool', 'check', 'ready', `--url=http://127.0.0.1:${PORT}`],
        interval: '10s',
        timeout: '5s',
        retries: 3,
        start_period: '60s',
      },
      // Its own, since ports of an inner network cannot be published.
      networks: { [PROMETHEUS_SERVICE]: {} },
      ports: [
        { target: PORT, published: String(port ?? 9090), host_ip: '127.0.0.1', protocol: 'tcp' as const },
      ],
      volumes: [
        {
          type: 'bind' as const,
          source: `./${MONITORING_DIRECTORY}`,
          target: CONFIG_DIRECTORY,
          read_only: true,
          bind: { create_host_path: false },
        },
        { type: 'volume' as const, source: 'prometheus-data', target: DATA_DIRECTORY },
      ],
    };
  }
}

function checkPrometheus(project: string, options: PrometheusOptions): void {
  const check = new Checker(project);
  const { image, port, retentionDays, memoryMiB, alertmanagers } = options;
  if (image !== undefined) check.image('prometheus.image', image);
  if (port !== undefined) check.port('prometheus.port', port);
  if (retentionDays !== undefined) check.whole('prometheus.retentionDays', retentionDays, 1, 36_500);
  if (memoryMiB !== undefined) check.whole('prometheus.memoryMiB', memoryMiB, 64, 1_048_576);
  alertmanagers?.forEach((target, i) => {
    if (/^[\w.-]+:\d{1,5}$/.test(target)) return;
    check.add('COMPOSE_OPTION', `prometheus.alertmanagers[${i}]`, {
      what: 'not the address of an Alertmanager',
      got: target,
      allowed: 'host:port',
      remedy: 'Write host and port, without a scheme.',
    });
  });
  check.throwAll();
}
