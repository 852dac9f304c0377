import { Duration, Gate, ModelSource, Rollout } from 'inferstack';
import { ClusterMonitoring } from 'inferstack/kubernetes';
import { METRICS } from '../../../lib/kubernetes/metrics';
import { exampleModel } from '../../support/endpoint';
import { at } from '../support/manifest';
import { ARGO, canaryWith, type Metric, metricsOf, withArgo } from './support';

const { minutes, millis } = Duration;
const query = (metric: Metric) => metric.provider.prometheus.query;

/** The only metric that watches a gate. */
function watched(gate: Gate): Metric {
  const found = metricsOf(canaryWith(gate), '-watch').filter(({ name }) => name.startsWith('gate-'));
  expect(found).toHaveLength(1);
  return found[0]!;
}

describe('a gate', () => {
  const gate = Gate.errors({
    ...{ maxPercent: 2.5, minSamples: 321, window: minutes(3) },
    failAfter: { failed: 3, of: 4 },
  });
  const metric = watched(gate);

  test('counts the windows that failed, among so many', () => {
    expect(query(metric)).toMatch(/^sum_over_time\(\(.*> bool 0\.025\).*>= 321\n\)\[12m:3m\]\)$/s);
    expect(metric).toMatchObject({
      ...{ interval: '1m', failureLimit: 0 },
      successCondition: 'len(result) > 0 && all(result, # == 0)',
      failureCondition: 'any(result, # >= 3)',
    });
  });

  test('looks at the new version in its namespace', () => {
    const selectors = query(metric).match(/\{job=[^}]*\}\}[^}]*\}\}[^}]*\}/g)!;
    expect(selectors.length).toBeGreaterThan(2);
    for (const selector of selectors) {
      expect(selector).toContain(
        'job="serving-endpoint",namespace="{{args.namespace}}",rollouts_pod_template_hash="{{args.latest-hash}}"',
      );
    }
  });

  test('is asked for once more before a step ends, and waited for', () => {
    const [passed] = metricsOf(canaryWith(gate), '-passed');
    expect(passed).toMatchObject({ name: 'passed-errors', consecutiveSuccessLimit: 1, failureLimit: 0 });
    expect(query(passed!)).toBe(query(metric));
    expect([passed!.count, passed!.inconclusiveLimit]).toEqual([2 ** 31 - 1, 2 ** 31 - 1]);
    expect(passed).not.toHaveProperty('initialDelay');
  });
});

test('latency is compared with the last the old version did, as long ago as the bake and an hour', () => {
  const text = query(watched(Gate.latency({ quantile: 0.9, maxRatioToStable: 2, minSamples: 50 })));
  expect(text).toMatch(
    /histogram_quantile\(0\.9,.*> bool 2 \* last_over_time\(.*stable-hash.*>= 50\n\)\[65m:5m\]\)/s,
  );
  expect(text).not.toContain('> 0\n');
  // Whatever the ratio, 5 ms more are allowed.
  expect(text).toMatch(/> bool last_over_time\(.*stable-hash.*\[65m:5m\]\) \+ 0\.005\)\nand /s);
});

test('an absolute limit fails whatever the old version did', () => {
  const alone = query(watched(Gate.latency({ max: millis(250) })));
  expect(alone).toContain('> bool 0.25');
  expect(alone).not.toContain('stable-hash');
  expect(query(watched(Gate.latency({ max: millis(250), maxRatioToStable: 3 })))).toMatch(
    /> bool 0\.25\).*> 0\n\) or \(\n.*> bool 3 \*/s,
  );
});

test('a figure of Prometheus has bounds, is no NaN, and waits for requests', () => {
  const url = ARGO.argoRollouts!.prometheusUrl;
  const gate = Gate.metric({
    name: 'sales',
    url,
    query: 'sum(sales)',
    min: 1,
    max: 9,
    interval: Duration.seconds(30),
  });
  const metric = watched(gate);
  expect(metric.interval).toBe('30s');
  expect(query(metric)).toContain(
    'max((((\nsum(sales)\n) >= -Inf) > bool 9) + (((\nsum(sales)\n) >= -Inf) < bool 1))',
  );
  expect(query(metric)).toMatch(/and sum\(inferstack_requests_total\{.*\}\) >= 1\n\)\[90s:30s\]\)$/s);
});

describe('alarms', () => {
  const monitoring = {
    errors: { maxPercent: 4, minRequests: 40, window: minutes(2) },
    latency: { maxP99: millis(400), minRequests: 60, window: minutes(3) },
  };
  const [errors, latency] = metricsOf(withArgo(Rollout.canary(), { monitoring }), '-watch');

  test('have the limits, windows and least numbers of requests of the plan', () => {
    expect(errors).toMatchObject({ name: 'alarm-errors', failureCondition: 'any(result, # > 0.04)' });
    expect(query(errors!)).toMatch(/code=~"5\.\."}\[2m\].*\[2m\]\)\) >= 40$/s);
    expect(latency).toMatchObject({ name: 'alarm-latency', failureCondition: 'any(result, # > 0.4)' });
    expect(query(latency!)).toMatch(/^histogram_quantile\(0\.99,.*\[3m\].*>= 60$/s);
  });

  test('that are off are left out', () => {
    const off = metricsOf(withArgo(Rollout.canary(), { monitoring: { latency: false } }), '-watch');
    expect(off.map(({ name }) => name)).toEqual(['alarm-errors']);
  });
});

test('a version that nobody sees fails after five minutes', () => {
  const [seen] = metricsOf(canaryWith(), '-seen');
  expect(query(seen!)).toMatch(new RegExp(`^sum\\(${METRICS.ready}\\{.*latest-hash`));
  expect(seen).toMatchObject({ interval: '15s', failureLimit: 20, count: 21, consecutiveSuccessLimit: 1 });
});

test('Argo takes no more successes, failures or inconclusive measurements than measurements', () => {
  const rollouts = [
    Rollout.canary({ gates: [Gate.errors()] }),
    Rollout.blueGreen({ gates: [Gate.errors()] }),
  ];
  const templates = ['-seen', '-watch', '-passed'] as const;
  for (const rendered of rollouts.map((rollout) => withArgo(rollout))) {
    for (const metric of templates.flatMap((template) => metricsOf(rendered, template))) {
      const {
        count,
        failureLimit,
        inconclusiveLimit,
        consecutiveSuccessLimit = 0,
      } = metric as unknown as Limits;
      expect(count).toBeGreaterThanOrEqual(failureLimit + consecutiveSuccessLimit);
      expect(count).toBeGreaterThanOrEqual(inconclusiveLimit);
    }
  }
});

interface Limits {
  readonly count: number;
  readonly failureLimit: number;
  readonly inconclusiveLimit: number;
  readonly consecutiveSuccessLimit?: number;
}

test('several models are judged each by itself', () => {
  const model = ['breast-cancer', 'digits'].map((name) => ModelSource.fromDirectory(exampleModel(name, '1')));
  const gates = [Gate.errors(), Gate.latency()];
  const watch = metricsOf(withArgo(Rollout.canary({ gates }), { model }), '-watch');
  for (const metric of watch) expect(query(metric)).toMatch(/sum by \(model(, le)?\) \(rate/);
});

test('a plain Prometheus is asked by its own matcher', () => {
  const matcher = 'app="tumours"';
  const monitoring = ClusterMonitoring.plainPrometheus({ matcher });
  const rendered = withArgo(Rollout.canary(), {}, { monitoring });
  const address = at(
    rendered.find('AnalysisTemplate', '-seen'),
    'spec.metrics.0.provider.prometheus.address',
  );
  expect(address).toBe(ARGO.argoRollouts!.prometheusUrl);
  for (const metric of metricsOf(rendered, '-watch')) {
    expect(query(metric)).toContain(`{${matcher},namespace=`);
    expect(query(metric)).not.toContain('job=');
  }
});
