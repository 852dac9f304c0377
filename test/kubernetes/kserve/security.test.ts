import { at } from '../support/manifest';
import { restrictedViolations } from '../support/restricted-pod';
import { mergedPod, synthesize } from './support/synthesize';
import { variants } from './support/variants';

describe.each(Object.entries(variants))('%s', (_, { options, props }) => {
  const synthesized = synthesize(options, props);
  const { manifests, find } = synthesized;
  const pod = mergedPod(synthesized);

  test('the pod KServe makes meets the restricted Pod Security Standard', () => {
    expect(restrictedViolations(pod)).toEqual([]);
    expect(at(pod, 'containers.0.securityContext.readOnlyRootFilesystem')).toBe(true);
  });

  test('no token of the Kubernetes API is mounted', () => {
    expect(pod.automountServiceAccountToken).toBe(false);
    expect(pod.serviceAccountName).toBe(find('ServiceAccount').metadata.name);
    expect(at(find('ServiceAccount'), 'automountServiceAccountToken')).toBe(false);
  });

  test('nothing of KServe is given the model, and no Secret is written', () => {
    expect(at(find('InferenceService'), 'spec.predictor.model')).not.toHaveProperty('storageUri');
    expect(manifests.map((m) => m.kind)).not.toContain('Secret');
  });

  test('the Service KServe makes of the ports does not reach management', () => {
    expect(JSON.stringify(at(pod, 'containers.0.ports'))).not.toMatch(/9090|management/);
  });

  test('the policy, the budget and the metrics find the pods by the labels KServe gives them', () => {
    const labels = at(find('InferenceService'), 'spec.predictor.labels');
    for (const path of ['spec.podSelector.matchLabels', 'spec.selector.matchLabels', 'spec.selector']) {
      const kind = { 'spec.podSelector.matchLabels': 'NetworkPolicy', 'spec.selector': 'Service' }[path];
      const selector = at(find(kind ?? 'PodDisruptionBudget'), path);
      expect(labels).toMatchObject(selector as object);
    }
  });
});

test('management is let through by number, since the container does not declare the port', () => {
  const { find } = synthesize();
  expect(at(find('NetworkPolicy'), 'spec.ingress.1.ports')).toEqual([{ protocol: 'TCP', port: 9090 }]);
  expect(at(find('Service', '-management'), 'spec.ports.0.targetPort')).toBe(9090);
});
