import { Duration, Gate, ModelSource, Rollout, UnsupportedError } from 'inferstack';
import { Autoscaler, Exposure, KubernetesEndpoint } from 'inferstack/kubernetes';
import { exampleModel } from '../../support/endpoint';
import { at } from '../support/manifest';
import { schemaErrors } from '../support/strict-schema';
import { chart, endpointOn, rendered, synthesize } from '../support/synthesize';
import { ARGO, canaryWith, strategyOf, withArgo } from './support';

const { minutes } = Duration;

/** Steps in short: `5` a share, `30m` a pause, a word an analysis. */
function stepsOf(endpoint: ReturnType<typeof withArgo>): string[] {
  const steps = at(strategyOf(endpoint), 'canary.steps') as Record<string, unknown>[];
  return steps.map((step) => {
    const [[kind, value]] = Object.entries(step) as [[string, unknown]];
    if (kind === 'setWeight') return String(value);
    if (kind === 'pause') return at(value, 'duration') as string;
    return (at(value, 'templates.0.templateName') as string).replace('serving-endpoint-', '');
  });
}

describe('a canary', () => {
  const endpoint = canaryWith(Gate.errors());
  const { find } = endpoint;

  test('is seen, held and passed at its share, and again with all requests', () => {
    expect(stepsOf(endpoint)).toEqual(['10', 'seen', '1800s', 'passed', '100', '300s', 'passed']);
  });

  test('is watched beside the steps, and aborted when it does not get ready', () => {
    expect(at(strategyOf(endpoint), 'canary.analysis.templates')).toEqual([
      { templateName: 'serving-endpoint-watch' },
    ]);
    expect(at(find('Rollout'), 'spec')).toMatchObject({
      progressDeadlineSeconds: 900,
      progressDeadlineAbort: true,
      workloadRef: {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        name: 'serving-endpoint',
        scaleDown: 'onsuccess',
      },
    });
    expect(at(find('Rollout'), 'spec.minReadySeconds')).toBeUndefined();
    expect(at(find('Deployment'), 'spec.minReadySeconds')).toBeUndefined();
  });

  test('gets requests by the route, from none to all', () => {
    const canary = at(strategyOf(endpoint), 'canary') as Record<string, unknown>;
    expect(canary).toMatchObject({
      stableService: find('Service', 'endpoint').metadata.name,
      canaryService: find('Service', '-canary').metadata.name,
      trafficRouting: {
        plugins: {
          'argoproj-labs/gatewayAPI': { httpRoute: find('HTTPRoute').metadata.name, namespace: 'models' },
        },
      },
    });
    expect(at(find('HTTPRoute'), 'spec.rules.0.backendRefs')).toEqual([
      { name: 'serving-endpoint', port: 8080, weight: 100 },
      { name: 'serving-endpoint-canary', port: 8080, weight: 0 },
    ]);
    expect(at(find('Service', '-canary'), 'spec')).toEqual(at(find('Service', 'endpoint'), 'spec'));
  });

  test('the autoscaler and the spread follow the pods of Argo', () => {
    expect(at(find('HorizontalPodAutoscaler'), 'spec.scaleTargetRef')).toEqual({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      name: 'serving-endpoint',
    });
    const spread = at(find('Deployment'), 'spec.template.spec.topologySpreadConstraints.0');
    expect(spread).toMatchObject({ matchLabelKeys: ['rollouts-pod-template-hash'] });
    expect(at(find('ServiceMonitor'), 'spec.podTargetLabels')).toEqual(['rollouts-pod-template-hash']);
  });

  test('alerts and dashboard look at the Rollout', () => {
    const alerts = JSON.stringify(find('PrometheusRule'));
    expect(alerts).toContain('rollout_info{name=\\"serving-endpoint\\",phase=\\"Degraded\\"');
    expect(alerts).toContain('kubectl argo rollouts -n models undo serving-endpoint');
    expect(alerts).not.toContain('kube_deployment');
    expect(JSON.stringify(find('ConfigMap', '-dashboard'))).toContain('rollout_info_replicas_desired');
  });

  test('natives are typed', () => {
    const { native } = endpoint.endpoint;
    expect(native.argoRollout!.name).toBe('serving-endpoint');
    expect(native.candidateService!.name).toBe('serving-endpoint-canary');
    expect(native.analysisTemplates.map(({ name }) => name)).toEqual(
      ['-watch', '-passed', '-seen'].map((suffix) => `serving-endpoint${suffix}`),
    );
  });
});

test('a canary without gates is held, watched by the alarms alone', () => {
  expect(stepsOf(canaryWith())).toEqual(['10', 'seen', '1800s', '100', '300s']);
});

test('a linear rollout has equal steps', () => {
  const rollout = Rollout.linear({ step: 40, interval: minutes(2), finalBake: Duration.seconds(0) });
  expect(stepsOf(withArgo(rollout))).toEqual(['40', 'seen', '120s', '80', '120s', '100']);
});

test('a blue-green rollout switches when it is seen, and keeps the old version while it is judged', () => {
  const rollout = Rollout.blueGreen({ bake: minutes(10), gates: [Gate.errors()] });
  const endpoint = synthesize({ argoRollouts: ARGO.argoRollouts! }, { rollout });
  const strategy = at(strategyOf(endpoint), 'blueGreen') as Record<string, unknown>;
  const templates = (analysis: string) =>
    (at(strategy[analysis], 'templates') as { templateName: string }[]).map((t) => t.templateName);
  expect(strategy).toMatchObject({
    activeService: 'serving-endpoint',
    previewService: 'serving-endpoint-preview',
    autoPromotionEnabled: true,
  });
  expect(strategy).not.toHaveProperty('scaleDownDelaySeconds');
  expect(templates('prePromotionAnalysis')).toEqual(['serving-endpoint-seen']);
  expect(templates('postPromotionAnalysis')).toEqual(['serving-endpoint-watch', 'serving-endpoint-passed']);
  const watched = at(endpoint.find('AnalysisTemplate', '-watch'), 'spec.metrics') as { count: number }[];
  // At once, and every minute of ten.
  expect(watched.map(({ count }) => count)).toEqual([11, 11, 11]);
  expect(at(endpoint.find('AnalysisTemplate', '-passed'), 'spec.metrics.0.initialDelay')).toBe('600s');
});

test.each([
  ['rolling', Rollout.rolling({ bake: minutes(1) }), '25%'],
  ['all at once', Rollout.allAtOnce({ bake: minutes(1) }), '100%'],
])('%s: as a Deployment does it, but what rings brings the old pods back', (_, rollout, maxSurge) => {
  const endpoint = withArgo(rollout);
  const analysis = expect.objectContaining({ templates: [{ templateName: 'serving-endpoint-watch' }] });
  expect(strategyOf(endpoint)).toEqual({ canary: { maxUnavailable: 0, maxSurge, analysis } });
  expect(at(endpoint.find('Rollout'), 'spec.minReadySeconds')).toBe(60);
  expect(endpoint.endpoint.native.candidateService).toBeUndefined();
  expect(at(endpoint.find('HTTPRoute'), 'spec.rules.0.backendRefs')).toEqual([
    { name: 'serving-endpoint', port: 8080 },
  ]);
});

test('a candidate is moved by the runtime, Argo only replaces the pods', () => {
  const candidate = ModelSource.fromDirectory(exampleModel('breast-cancer', '2'));
  const endpoint = withArgo(Rollout.canary({ candidate }));
  expect(strategyOf(endpoint)).toMatchObject({ canary: { maxUnavailable: 0 } });
  expect(endpoint.endpoint.runtimeConfig.rollouts!.rollouts).toHaveLength(1);
});

test('KEDA scales the Rollout', () => {
  const prometheusUrl = 'http://prometheus:9090';
  const { find } = withArgo(Rollout.canary(), {}, { autoscaler: Autoscaler.keda({ prometheusUrl }) });
  expect(at(find('ScaledObject'), 'spec.scaleTargetRef')).toEqual({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    name: 'serving-endpoint',
  });
});

test('the next version and back again: the same bytes', () => {
  const version = (folder: string) => {
    const scope = chart();
    const model = ModelSource.fromDirectory(exampleModel('breast-cancer', folder));
    const rollout = Rollout.canary({ gates: [Gate.errors(), Gate.latency()] });
    endpointOn(new KubernetesEndpoint(ARGO), scope, { model, rollout });
    return rendered(scope);
  };
  const [first, second, again] = ['1', '2', '1'].map(version);
  expect(JSON.stringify(again!.manifests)).toBe(JSON.stringify(first!.manifests));
  // What routes and judges is the same for every version: only the pods change.
  for (const kind of ['Rollout', 'HTTPRoute', 'HorizontalPodAutoscaler']) {
    expect(at(second!.find(kind), 'spec')).toEqual(at(first!.find(kind), 'spec'));
  }
  expect(at(second!.find('Deployment'), 'spec.template')).not.toEqual(
    at(first!.find('Deployment'), 'spec.template'),
  );
});

describe('the schemas of Argo catch', () => {
  const { find } = canaryWith(Gate.errors());

  test.each([
    ['Rollout', 'spec.strategy.canary', { step: [] }, /additional/],
    ['Rollout', 'spec.strategy.canary.steps.0', { setWeight: '10' }, /integer/],
    ['Rollout', 'spec.workloadRef', { scaledown: 'onsuccess' }, /additional/],
    ['AnalysisTemplate', 'spec.metrics.0', { successConditions: 'true' }, /additional/],
    ['AnalysisTemplate', 'spec.metrics.0.provider.prometheus', { url: 'http://a' }, /additional/],
  ])('a fault in %s, %s', (kind, path, fault, message) => {
    const manifest = structuredClone(find(kind, kind === 'Rollout' ? '' : '-seen'));
    expect(schemaErrors(manifest)).toEqual([]);
    Object.assign(at(manifest, path) as object, fault);
    expect(schemaErrors(manifest).join('\n')).toMatch(message);
  });
});

describe('refused', () => {
  const { argoRollouts } = ARGO;
  test.each([
    ['a canary on a Deployment alone', {}, Rollout.canary(), /rollout.*canary.*argoRollouts/s],
    [
      'a canary without a Gateway',
      { argoRollouts, exposure: Exposure.clusterInternal() },
      Rollout.canary(),
      /target\.exposure.*Exposure\.gateway/s,
    ],
    ['a broken share', ARGO, Rollout.canary({ percent: 2.5 }), /rollout\.percent.*setWeight/s],
    [
      'a figure of another Prometheus',
      ARGO,
      Rollout.canary({
        gates: [Gate.metric({ name: 'sales', url: 'http://other:9090', query: 'sales', min: 1 })],
      }),
      /sales asks another Prometheus/,
    ],
    ['gates on answers', ARGO, Rollout.canary({ gates: [Gate.agreement()] }), /agreement.*candidate/s],
    [
      'gates on a Deployment alone',
      {},
      Rollout.blueGreen({ gates: [Gate.errors()] }),
      /Rollout\.rolling\(\), Rollout\.allAtOnce\(\)/,
    ],
  ])('%s', (_, options, rollout, message) => {
    const run = () => synthesize(options as typeof ARGO, { rollout });
    expect(run).toThrow(UnsupportedError);
    expect(run).toThrow(message);
  });

  test('a bake may be longer than the deadline, since pauses do not count', () => {
    expect(() => withArgo(Rollout.blueGreen({ bake: minutes(60) }))).not.toThrow();
  });
});
