import { at, type Manifest } from './support/manifest';
import { restrictedViolations } from './support/restricted-pod';
import { synthesize } from './support/synthesize';
import { variants } from './support/variants';

describe.each(Object.entries(variants))('%s', (_, { options, props }) => {
  const { manifests, find } = synthesize(options, props);
  const pod = at(find('Deployment'), 'spec.template.spec') as Record<string, unknown>;
  const containers = pod.containers as Record<string, unknown>[];

  test('the pod meets the restricted Pod Security Standard', () => {
    expect(restrictedViolations(pod)).toEqual([]);
  });

  test('the root file system is read-only, and scratch space is bounded', () => {
    for (const container of containers)
      expect(at(container, 'securityContext.readOnlyRootFilesystem')).toBe(true);
    expect(
      at(
        (pod.volumes as { name: string }[]).find((v) => v.name === 'tmp'),
        'emptyDir.sizeLimit',
      ),
    ).toMatch(/^\d+Mi$/);
  });

  test('no token of the Kubernetes API is mounted', () => {
    expect(pod.automountServiceAccountToken).toBe(false);
    expect(at(find('ServiceAccount'), 'automountServiceAccountToken')).toBe(false);
  });

  test('no Secret is written, and the only environment is paths', () => {
    expect(manifests.map((m) => m.kind)).not.toContain('Secret');
    for (const { env } of containers as { env: { name: string; value: string }[] }[]) {
      expect(env.map(({ name }) => name)).toEqual(['INFERSTACK_CONFIG', 'INFERSTACK_CACHE']);
    }
  });

  test('only the management Service reaches management, and no Service leaves the cluster', () => {
    const services = manifests.filter((m) => m.kind === 'Service');
    expect(new Set(services.map((m) => at(m, 'spec.type') ?? 'ClusterIP'))).toEqual(new Set(['ClusterIP']));
    const reaching = services.filter((m) => JSON.stringify(m).includes('9090'));
    expect(reaching.map((m) => m.metadata.name)).toEqual([find('Service', '-management').metadata.name]);
    for (const route of manifests.filter((m: Manifest) => /Ingress|HTTPRoute/.test(m.kind))) {
      expect(JSON.stringify(route)).not.toMatch(/-management|9090/);
    }
  });
});

test.each([
  ['hostNetwork', 'hostNetwork', true],
  ['runAsUser', 'securityContext.runAsUser', 0],
  ['seccomp', 'securityContext.seccompProfile', undefined],
  ['capabilities', 'containers.0.securityContext.capabilities', {}],
  ['volumes', 'volumes.0.hostPath', { path: '/' }],
])('the check for the standard sees a violation: %s', (name, path, value) => {
  const pod = structuredClone(at(synthesize().find('Deployment'), 'spec.template.spec'));
  const keys = path.split('.');
  const last = keys.pop()!;
  Object.assign((keys.length === 0 ? pod : at(pod, keys.join('.'))) as object, { [last]: value });
  expect(restrictedViolations(pod as Record<string, unknown>)).toEqual([name]);
});
