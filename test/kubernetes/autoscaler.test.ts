import { Duration, UnsupportedError } from 'inferstack';
import { Autoscaler, type KedaOptions } from 'inferstack/kubernetes';
import { at } from './support/manifest';
import { synthesize } from './support/synthesize';

const prometheusUrl = 'http://prometheus-operated.monitoring.svc:9090';
const keda = (options: Partial<KedaOptions> = {}) => Autoscaler.keda({ prometheusUrl, ...options });

describe('the HorizontalPodAutoscaler', () => {
  test('scales the Deployment on CPU between the bounds', () => {
    const { find } = synthesize({}, { scaling: { minReplicas: 3, maxReplicas: 9, cpuPercent: 70 } });
    expect(at(find('HorizontalPodAutoscaler'), 'spec')).toMatchObject({
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'serving-endpoint' },
      minReplicas: 3,
      maxReplicas: 9,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } },
        },
      ],
    });
  });

  test('keeps the cooldowns', () => {
    const scaling = { scaleOutCooldown: Duration.seconds(30), scaleInCooldown: Duration.minutes(10) };
    const behavior = at(synthesize({}, { scaling }).find('HorizontalPodAutoscaler'), 'spec.behavior');
    expect(at(behavior, 'scaleUp.policies')).toEqual([
      { type: 'Percent', value: 100, periodSeconds: 30 },
      { type: 'Pods', value: 4, periodSeconds: 30 },
    ]);
    expect(at(behavior, 'scaleDown')).toMatchObject({
      stabilizationWindowSeconds: 600,
      policies: [{ periodSeconds: 600 }, { periodSeconds: 600 }],
    });
  });

  test.each([
    [{ requestsPerReplica: 50 }, /requestsPerReplica.*Autoscaler\.keda/s],
    [{ minReplicas: 0 }, /cannot scale to zero/],
    [{ scaleInCooldown: Duration.hours(1) }, /3600 s.*1800 s/],
  ])('refuses %j', (scaling, message) => {
    expect(() => synthesize({}, { scaling })).toThrow(UnsupportedError);
    expect(() => synthesize({}, { scaling })).toThrow(message);
  });
});

describe('KEDA', () => {
  const trigger = (manifest: unknown, index: number) => at(manifest, `spec.triggers.${index}`);

  test('replaces the HorizontalPodAutoscaler, never joins it', () => {
    const kinds = synthesize({ autoscaler: keda() }).manifests.map((m) => m.kind);
    expect(kinds).toContain('ScaledObject');
    expect(kinds).not.toContain('HorizontalPodAutoscaler');
  });

  test('scales on CPU and on the requests the replicas count', () => {
    const scaling = { minReplicas: 2, maxReplicas: 7, requestsPerReplica: 50, cpuPercent: 65 };
    const object = synthesize({ autoscaler: keda() }, { scaling }).find('ScaledObject');
    expect(at(object, 'spec')).toMatchObject({
      scaleTargetRef: { name: 'serving-endpoint' },
      minReplicaCount: 2,
      maxReplicaCount: 7,
      cooldownPeriod: 300,
    });
    expect(trigger(object, 0)).toEqual({
      type: 'cpu',
      metricType: 'Utilization',
      metadata: { value: '65' },
    });
    expect(trigger(object, 1)).toEqual({
      type: 'prometheus',
      metricType: 'AverageValue',
      metadata: {
        serverAddress: prometheusUrl,
        query: 'sum(rate(inferstack_requests_total{job="serving-endpoint",namespace="models"}[1m]))',
        threshold: '50',
      },
    });
  });

  test('goes to zero only when something in front counts the requests that wake it', () => {
    const scaling = { minReplicas: 0, requestsPerReplica: 50 };
    const requestsQuery = 'sum(rate(envoy_requests_total{host="a"}[1m]))';
    expect(() => synthesize({ autoscaler: keda() }, { scaling })).toThrow(/KUBERNETES_SCALING.*wake/s);
    const object = synthesize({ autoscaler: keda({ requestsQuery }) }, { scaling }).find('ScaledObject');
    expect(at(object, 'spec.minReplicaCount')).toBe(0);
    expect(at(trigger(object, 1), 'metadata.query')).toBe(requestsQuery);
  });

  test('refuses a query without a rate to compare it with', () => {
    const autoscaler = keda({ requestsQuery: 'sum(rate(x[1m]))' });
    expect(() => synthesize({ autoscaler })).toThrow(/KUBERNETES_SCALING.*requestsQuery/s);
  });

  test('refuses to count requests over all namespaces', () => {
    const scaling = { requestsPerReplica: 50 };
    expect(() => synthesize({ autoscaler: keda() }, { scaling }, { namespace: undefined })).toThrow(
      /KUBERNETES_NAMESPACE/,
    );
  });

  test('refuses an address that is none', () => {
    const autoscaler = keda({ prometheusUrl: 'prometheus:9090' });
    expect(() => synthesize({ autoscaler })).toThrow(/KUBERNETES_OPTION.*prometheusUrl/);
  });
});
