import { Duration } from 'inferstack';
import { ClusterMonitoring } from 'inferstack/kubernetes';
import { parse } from 'yaml';
import { LARGEST_DURATION_MS, METRICS } from '../../lib/kubernetes/metrics';
import { expose, RuntimeMetrics } from '../../runtime/src/monitoring';
import { at } from './support/manifest';
import { synthesize } from './support/synthesize';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
}

const rulesOf = (rule: unknown) => at(rule, 'spec.groups.0.rules') as Rule[];

describe('alerts', () => {
  const monitoring = {
    errors: { maxPercent: 2.5, minRequests: 400, window: Duration.minutes(10) },
    latency: { maxP99: Duration.millis(250), minRequests: 300, window: Duration.minutes(3) },
    runbookUrl: 'https://runbooks.example.com/tumours',
  };
  const rules = rulesOf(synthesize({}, { monitoring }).find('PrometheusRule'));

  test('carry the limits, windows and least numbers of requests of the plan', () => {
    expect(rules.map((rule) => rule.alert)).toEqual([
      'InferstackErrors',
      'InferstackLatency',
      'InferstackRolloutStopped',
    ]);
    expect(rules[0]!.expr).toMatch(/code=~"5\.\."}\[10m\].* > 2\.5\nand .*\[10m\]\)\) >= 400$/s);
    expect(rules[1]!.expr).toMatch(
      /^histogram_quantile\(0\.99,.*\[3m\].* > 0\.25\nand .*\[3m\]\)\) >= 300$/s,
    );
    expect(rules[2]!.expr).toContain('deployment="serving-endpoint"');
  });

  test('say how bad, about what, and what to do', () => {
    for (const { labels, annotations } of rules) {
      expect(labels).toEqual({
        severity: 'critical',
        inferstack_endpoint: 'serving-endpoint',
        model: 'breast-cancer',
        model_version: '1',
      });
      expect(annotations.runbook_url).toBe('https://runbooks.example.com/tumours');
      expect(annotations.description).toContain('rollout undo deployment/serving-endpoint');
    }
  });

  test('that are off are left out', () => {
    const { find } = synthesize({}, { monitoring: { latency: false } });
    expect(rulesOf(find('PrometheusRule')).map((rule) => rule.alert)).toEqual([
      'InferstackErrors',
      'InferstackRolloutStopped',
    ]);
  });

  test('that could never fire are refused', () => {
    const latency = { maxP99: Duration.seconds(30) };
    expect(() => synthesize({}, { monitoring: { latency } })).toThrow(/KUBERNETES_LATENCY_LIMIT.*30000 ms/s);
  });
});

test('the operator scrapes the management Service under the name of the endpoint', () => {
  const monitoring = ClusterMonitoring.prometheusOperator({ labels: { release: 'prometheus' } });
  const { find } = synthesize({ monitoring });
  const monitor = find('ServiceMonitor');
  const service = find('Service', '-management');
  const { matchLabels } = at(monitor, 'spec.selector') as { matchLabels: Record<string, string> };
  expect(service.metadata.labels).toMatchObject(matchLabels);
  expect(find('Service', 'endpoint').metadata.labels).not.toMatchObject(matchLabels);
  expect(service.metadata.labels![at(monitor, 'spec.jobLabel') as string]).toBe('serving-endpoint');
  expect(at(monitor, 'spec.endpoints')).toEqual([{ port: 'management', path: '/metrics', interval: '15s' }]);
  expect(monitor.metadata.labels!.release).toBe('prometheus');
  expect(find('PrometheusRule').metadata.labels!.release).toBe('prometheus');
});

test('a plain Prometheus gets annotations and the same rules as a file', () => {
  const matcher = 'app_kubernetes_io_instance="serving-endpoint"';
  const { endpoint, find, manifests } = synthesize({
    monitoring: ClusterMonitoring.plainPrometheus({ matcher }),
  });
  expect(manifests.map((m) => m.apiVersion)).not.toContain('monitoring.coreos.com/v1');
  expect(endpoint.native.serviceMonitor).toBeUndefined();
  expect(at(find('Deployment'), 'spec.template.metadata.annotations')).toMatchObject({
    'prometheus.io/scrape': 'true',
    'prometheus.io/port': '9090',
    'prometheus.io/path': '/metrics',
  });
  const file = parse(find('ConfigMap', '-alerts').data!['serving-endpoint.rules.yaml']!);
  const rules = at(file, 'groups.0.rules') as Rule[];
  expect(rules).toHaveLength(3);
  expect(rules[0]!.expr).toContain(`{${matcher},code=~"5.."}`);
});

test.each(['job="a"}', '{job="a"}', 'job=a', '', 'job="a",'])('refuses the matcher %p', (matcher) => {
  const monitoring = ClusterMonitoring.plainPrometheus({ matcher });
  expect(() => synthesize({ monitoring })).toThrow(/KUBERNETES_OPTION.*matcher/);
});

describe('the dashboard', () => {
  const map = synthesize().find('ConfigMap', '-dashboard');
  const model = JSON.parse(map.data!['serving-endpoint.json']!);
  const queries = (model.panels as { targets: { expr: string }[] }[]).flatMap((p) =>
    p.targets.map((t) => t.expr),
  );

  test('is found by the sidecar and shows what an operator asks first', () => {
    expect(map.metadata.labels!.grafana_dashboard).toBe('1');
    expect((model.panels as { title: string }[]).map((panel) => panel.title)).toEqual([
      'Requests by status',
      'Failed requests (5xx)',
      'Time to answer',
      'Time of a model run',
      'Requests in progress by replica',
      'Replicas',
      'Refused values by reason',
      'Rows by model version',
    ]);
    expect(model.uid.length).toBeLessThanOrEqual(40);
  });

  test('reads this endpoint alone', () => {
    for (const query of queries) expect(query).toMatch(/"serving-endpoint"/);
  });

  test('can be switched off', () => {
    const { endpoint, manifests } = synthesize({}, { monitoring: { dashboard: false } });
    expect(endpoint.native.dashboard).toBeUndefined();
    expect(manifests.map((m) => m.metadata.name)).not.toContain('serving-endpoint-dashboard');
  });
});

describe('the metrics that are read', () => {
  const metrics = new RuntimeMetrics();
  afterAll(() => metrics.close());

  test('are those the runtime publishes, with their labels', () => {
    const model = { name: 'm', version: '1' };
    metrics.addModel(model, 'sha256:0', 1);
    metrics.countRequest(model, 'infer', 500, 0.1);
    metrics.countValidationFailures(model, [{ code: 'X', at: '', what: '', remedy: '' }]);
    const text = expose(metrics.registry);
    for (const name of Object.values(METRICS)) expect(text).toMatch(new RegExp(`^# TYPE ${name} `, 'm'));
    expect(text).toMatch(new RegExp(`^${METRICS.requests}\\{[^}]*code="500"`, 'm'));
    expect(text).toMatch(new RegExp(`^${METRICS.validationFailures}\\{[^}]*reason="X"`, 'm'));
    const bounds = [...text.matchAll(new RegExp(`^${METRICS.duration}_bucket\\{.*le="([\\d.]+)"`, 'gm'))];
    expect(Math.max(...bounds.map((match) => Number(match[1]))) * 1000).toBe(LARGEST_DURATION_MS);
  });
});
