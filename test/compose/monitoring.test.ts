import { Duration } from 'inferstack';
import { Exposure } from 'inferstack/compose';
import { parse } from 'yaml';
import { endpointIn, files, project, synthesize } from './support/synthesize';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
}

const rulesOf = (...given: Parameters<typeof synthesize>) =>
  parse(synthesize(...given).file('monitoring/tumours.rules.yaml')).groups[0].rules as Rule[];

describe('alerts', () => {
  const monitoring = {
    errors: { maxPercent: 2.5, minRequests: 400, window: Duration.minutes(10) },
    latency: { maxP99: Duration.millis(250), minRequests: 300, window: Duration.minutes(3) },
    runbookUrl: 'https://runbooks.example.com/tumours',
  };
  const rules = rulesOf({}, { monitoring });

  test('carry the limits, windows and least numbers of requests of the plan', () => {
    expect(rules.map((rule) => rule.alert)).toEqual([
      'InferstackErrors',
      'InferstackLatency',
      'InferstackReplicasMissing',
    ]);
    expect(rules[0]!.expr).toMatch(/code=~"5\.\."}\[10m\].* > 2\.5\nand .*\[10m\]\)\) >= 400$/s);
    expect(rules[1]!.expr).toMatch(
      /^histogram_quantile\(0\.99,.*\[3m\].* > 0\.25\nand .*\[3m\]\)\) >= 300$/s,
    );
    expect(rules[2]!.expr).toMatch(/< 2$/);
  });

  test('are about this endpoint of this project', () => {
    for (const { expr } of rules) expect(expr).toContain('job="tumours",project="models"');
  });

  test('say how bad, about what, and what to do', () => {
    for (const { labels, annotations } of rules) {
      expect(labels).toEqual({
        severity: 'critical',
        inferstack_endpoint: 'tumours',
        inferstack_project: 'models',
        model: 'breast-cancer',
        model_version: '1',
      });
      expect(annotations.runbook_url).toBe('https://runbooks.example.com/tumours');
      expect(annotations.description).toBe('Logs: docker compose -p models logs tumours-1 tumours-2');
    }
  });
});

describe('scraping', () => {
  const scope = project({ prometheus: { alertmanagers: ['alerts.example.com:9093'] } });
  const first = endpointIn(scope, { name: 'a' }, {}, 'A');
  endpointIn(scope, { name: 'b', exposure: Exposure.host({ port: 8090 }) }, {}, 'B');

  test('asks management of every replica, and the balancer, under the labels of the alerts', () => {
    const { scrape_configs } = parse(first.native.scrape.content);
    expect(scrape_configs.map((config: { job_name: string }) => config.job_name)).toEqual([
      'a',
      'a-balancer',
    ]);
    expect(scrape_configs[0].dns_sd_configs).toEqual([
      { names: ['a-1', 'a-2', 'a-surge'], type: 'A', port: 9090, refresh_interval: '15s' },
    ]);
    expect(scrape_configs[0].relabel_configs[0]).toEqual({ target_label: 'project', replacement: 'models' });
  });

  test('Prometheus of the project does it for all endpoints, on their inner networks', () => {
    const config = parse(files(scope)['monitoring/prometheus.yml']!);
    expect(config.rule_files).toEqual(['a.rules.yaml', 'b.rules.yaml']);
    expect(config.scrape_configs).toHaveLength(4);
    expect(config.alerting.alertmanagers[0].static_configs[0].targets).toEqual(['alerts.example.com:9093']);
    expect(Object.keys(scope.prometheus!.definition.networks!)).toEqual(['prometheus', 'a', 'b']);
    expect(scope.prometheus!.definition.ports![0]!.host_ip).toBe('127.0.0.1');
  });
});

describe('the dashboard', () => {
  const model = JSON.parse(synthesize().file('monitoring/tumours.dashboard.json'));
  const queries = (model.panels as { targets: { expr: string }[] }[]).flatMap((p) =>
    p.targets.map((t) => t.expr),
  );

  test('shows what an operator asks first, of this endpoint alone', () => {
    expect(model.panels).toHaveLength(9);
    for (const query of queries) expect(query).toMatch(/job="tumours(-balancer)?",project="models"/);
    expect(model.uid.length).toBeLessThanOrEqual(40);
  });
});
