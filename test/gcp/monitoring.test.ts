import { Duration } from 'inferstack';
import { Exposure } from 'inferstack/gcp';
import { type Props, type Resource, synthesize } from './support/synthesize';

const alerts = (props: Props = {}, options = {}) =>
  synthesize(options, props).all('google_monitoring_alert_policy');
const query = (alert: Resource | undefined): string =>
  alert!['conditions'][0].condition_prometheus_query_language.query;
const SERIES =
  'monitored_resource="cloud_run_revision",project_id="my-project-123",location="europe-west1",service_name="serving-endpoint"';

test('errors: the share of 5xx, from the least number of requests on', () => {
  const errors = { maxPercent: 2, minRequests: 30, window: Duration.minutes(10) };
  const { ErrorsAlert: alert } = alerts({ monitoring: { errors } });
  const count = 'run_googleapis_com:request_count';
  expect(query(alert)).toBe(
    `100 * sum(rate(${count}{${SERIES},response_code_class="5xx"}[10m])) / sum(rate(${count}{${SERIES}}[10m])) > 2` +
      ` and sum(increase(${count}{${SERIES}}[10m])) >= 30`,
  );
});

test('latency: the 99th percentile in milliseconds, from the least number of requests on', () => {
  const latency = { maxP99: Duration.millis(250), minRequests: 40, window: Duration.minutes(3) };
  const { LatencyAlert: alert } = alerts({ monitoring: { latency } });
  expect(query(alert)).toBe(
    `histogram_quantile(0.99, sum by (le) (rate(run_googleapis_com:request_latencies_bucket{${SERIES}}[3m]))) > 250` +
      ` and sum(increase(run_googleapis_com:request_count{${SERIES}}[3m])) >= 40`,
  );
});

test('an alarm switched off is not made', () => {
  expect(Object.keys(alerts({ monitoring: { errors: false } }))).toEqual(['LatencyAlert']);
  expect(Object.keys(alerts({ monitoring: { latency: false } }))).toEqual(['ErrorsAlert']);
});

test('emails become channels, once each, beside channels of yours', () => {
  const channels = ['projects/p/notificationChannels/1'];
  const emails = ['a@example.com', 'b@example.com', 'a@example.com'];
  const template = synthesize({ alarms: { emails, channels } });
  const created = Object.values(template.all('google_monitoring_notification_channel'));
  expect(created.map(({ type, labels }) => [type, labels.email_address])).toEqual([
    ['email', 'a@example.com'],
    ['email', 'b@example.com'],
  ]);
  for (const alert of Object.values(template.all('google_monitoring_alert_policy'))) {
    expect(alert['notification_channels']).toEqual([
      expect.stringContaining('google_monitoring_notification_channel.'),
      expect.stringContaining('google_monitoring_notification_channel.'),
      'projects/p/notificationChannels/1',
    ]);
  }
});

test('the person on call gets the runbook and the command that goes back', () => {
  const runbookUrl = 'https://runbooks.example.com/a';
  for (const alert of Object.values(alerts({ monitoring: { runbookUrl } }))) {
    expect(alert['documentation'].links).toEqual([{ display_name: 'Runbook', url: runbookUrl }]);
    expect(alert['documentation'].content).toContain(`Runbook: ${runbookUrl}`);
    expect(alert['documentation'].content).toContain(
      'gcloud run services update-traffic serving-endpoint --region europe-west1 --project my-project-123 --to-revisions',
    );
  }
  expect(alerts()['ErrorsAlert']!['documentation']).not.toHaveProperty('links');
});

describe('logs', () => {
  const SERVICE =
    'resource.type="cloud_run_revision" AND resource.labels.service_name="serving-endpoint" AND resource.labels.location="europe-west1"';

  test('go to a bucket with the retention asked for, and to no other', () => {
    const template = synthesize({}, { monitoring: { logRetentionDays: 400 } });
    expect(template.find('google_logging_project_bucket_config')).toMatchObject({
      bucket_id: 'serving-endpoint-europe-west1',
      location: 'europe-west1',
      retention_days: 400,
    });
    const sink = template.find('google_logging_project_sink');
    expect(sink['destination']).toMatch(
      /^logging\.googleapis\.com\/\$\{google_logging_project_bucket_config\..*\.id\}$/,
    );
    expect(sink['filter']).toBe(SERVICE);
    const exclusion = template.find('google_logging_project_exclusion');
    expect(exclusion['filter']).toBe(sink['filter']);
    expect(exclusion['depends_on']).toEqual([expect.stringMatching(/^google_logging_project_sink\./)]);
  });

  test('those of the load balancer go with them', () => {
    const exposure = Exposure.internet({ domains: ['a.example.com'] });
    const { filter } = synthesize({ exposure }).find('google_logging_project_sink') as { filter: string };
    expect(filter).toBe(
      `(${SERVICE}) OR (resource.type="http_load_balancer" AND resource.labels.backend_service_name="serving-endpoint")`,
    );
  });
});

describe('the dashboard', () => {
  const model = (props: Props = {}) => {
    const text: string = synthesize({}, props).find('google_monitoring_dashboard')['dashboard_json'];
    // What looks like a template is escaped, so that Terraform hands it on.
    expect(text).toContain('$${metric.labels.state}');
    expect(text.replaceAll('$${', '')).not.toContain('${');
    return JSON.parse(text.replaceAll('$${', '${'));
  };
  const limits = (props: Props) =>
    model(props).mosaicLayout.tiles.flatMap(({ widget }: Resource) =>
      (widget.xyChart?.thresholds ?? []).map(({ value }: Resource) => value),
    );

  test('is switched off', () => {
    expect(synthesize({}, { monitoring: { dashboard: false } }).types).not.toContain(
      'google_monitoring_dashboard',
    );
  });

  test('lies on the grid without overlap', () => {
    const { columns, tiles } = model().mosaicLayout;
    const cells = tiles.map(({ xPos, yPos, width, height }: Resource) => {
      expect(xPos + width).toBeLessThanOrEqual(columns);
      expect([xPos % width, yPos % height]).toEqual([0, 0]);
      return `${xPos},${yPos}`;
    });
    expect(new Set(cells).size).toBe(tiles.length);
  });

  test('shows the limits of the alarms, the warnings and the runbook', () => {
    const monitoring = {
      errors: { maxPercent: 7 },
      latency: { maxP99: Duration.millis(123) },
      runbookUrl: 'https://runbooks.example.com/a',
    };
    expect(limits({ monitoring })).toEqual([7, 123]);
    expect(limits({ monitoring: { errors: false } })).toEqual([1000]);
    const widgets = model({ monitoring }).mosaicLayout.tiles.map(({ widget }: Resource) => widget);
    expect(widgets.find(({ logsPanel }: Resource) => logsPanel !== undefined).logsPanel.filter).toContain(
      'severity>=WARNING',
    );
    expect(widgets.at(-1).text.content).toBe('https://runbooks.example.com/a');
  });
});
