import { at, type Manifest } from '../support/manifest';
import { schemaErrors } from '../support/strict-schema';
import { COMPONENT_FIELDS, mergedPod, synthesize } from './support/synthesize';
import { variants } from './support/variants';

describe.each(Object.entries(variants))('%s', (_, { options, props }) => {
  const synthesized = synthesize(options, props);
  const { manifests, find } = synthesized;

  test('every manifest fits its schema', () => {
    expect(manifests.length).toBeGreaterThan(10);
    expect(manifests.flatMap(schemaErrors)).toEqual([]);
  });

  test('what KServe makes of it is a Deployment that fits the schema', () => {
    const labels = { app: 'isvc.serving-endpoint-predictor' };
    const deployment: Manifest & { spec: object } = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'serving-endpoint-predictor' },
      spec: {
        selector: { matchLabels: labels },
        strategy: at(find('InferenceService'), 'spec.predictor.deploymentStrategy'),
        template: { metadata: { labels }, spec: mergedPod(synthesized) },
      },
    };
    expect(schemaErrors(deployment)).toEqual([]);
  });

  test('runtime and predictor say nothing twice', () => {
    const runtime = Object.keys(at(find('ServingRuntime'), 'spec') as object);
    const predictor = Object.keys(at(find('InferenceService'), 'spec.predictor') as object);
    expect(predictor.filter((field) => runtime.includes(field))).toEqual([]);
    expect(predictor).toEqual(expect.arrayContaining(COMPONENT_FIELDS));
  });
});

describe('a seeded fault is caught', () => {
  const { find } = synthesize({}, { runtime: { grpc: true } });

  test.each<[string, string, string, unknown, RegExp]>([
    ['a misspelt field of the predictor', 'InferenceService', 'predictor.minReplica', 1, /additional/],
    ['a field of another kind of pod', 'InferenceService', 'predictor.model.modelFormt', {}, /additional/],
    ['a timeout as text', 'InferenceService', 'predictor.timeout', '35s', /must be integer/],
    ['a metric that is none', 'InferenceService', 'predictor.scaleMetric', 'requests', /allowed values/],
    ['an autoscaler field', 'InferenceService', 'predictor.autoScaling', { metric: [] }, /additional/],
    ['an unknown field of the runtime', 'ServingRuntime', 'protocolVersion', 'v2', /additional/],
    ['a runtime without a container', 'ServingRuntime', 'containers', undefined, /'containers'/],
    ['a container with a misspelt probe', 'ServingRuntime', 'containers.0.livnessProbe', {}, /additional/],
    ['a field of the pod of no runtime', 'ServingRuntime', 'serviceAccountName', 'a', /additional/],
  ])('%s', (_, kind, path, value, message) => {
    const manifest = structuredClone(find(kind)) as Manifest & { spec: object };
    const keys = path.split('.');
    const last = keys.pop()!;
    const parent = keys.length === 0 ? manifest.spec : at(manifest.spec, keys.join('.'));
    (parent as Record<string, unknown>)[last] = value;
    expect(schemaErrors(JSON.parse(JSON.stringify(manifest))).join('\n')).toMatch(message);
  });
});
