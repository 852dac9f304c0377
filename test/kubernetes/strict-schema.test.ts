import type { Manifest } from './support/manifest';
import { schemaErrors } from './support/strict-schema';
import { synthesize } from './support/synthesize';
import { variants } from './support/variants';

test.each(Object.entries(variants))('every manifest fits its schema: %s', (_, { options, props }) => {
  const { manifests } = synthesize(options, props);
  expect(manifests.length).toBeGreaterThan(9);
  expect(manifests.flatMap(schemaErrors)).toEqual([]);
});

describe('a seeded fault is caught', () => {
  const { options, props } = variants['gateway, store, keda on requests']!;
  const { find } = synthesize(options, props);

  const faults: [string, string, (manifest: Record<string, never>) => void, RegExp][] = [
    [
      'unknown field',
      'Deployment',
      (m) => set(m, 'spec.template.spec.containers.0.readynessProbe', {}),
      /additional/,
    ],
    ['wrong type', 'Deployment', (m) => set(m, 'spec.minReadySeconds', '300'), /must be integer/],
    [
      'missing required',
      'Deployment',
      (m) => set(m, 'spec.selector', undefined),
      /required property 'selector'/,
    ],
    ['unknown in metadata', 'ScaledObject', (m) => set(m, 'metadata.label', {}), /additional/],
    ['unknown in a custom resource', 'ScaledObject', (m) => set(m, 'spec.minReplicas', 1), /additional/],
    [
      'wrong type in a custom resource',
      'HTTPRoute',
      (m) => set(m, 'spec.rules.0.backendRefs.0.port', '80'),
      /integer/,
    ],
    [
      'unknown in a route',
      'GRPCRoute',
      (m) => set(m, 'spec.rules.0.timeouts', { request: '5s' }),
      /additional/,
    ],
    ['bad duration', 'HTTPRoute', (m) => set(m, 'spec.rules.0.timeouts.request', '1.5s'), /pattern/],
    [
      'missing in a custom resource',
      'PrometheusRule',
      (m) => set(m, 'spec.groups.0.name', undefined),
      /'name'/,
    ],
  ];

  test.each(faults)('%s (%s)', (_, kind, spoil, message) => {
    const manifest = structuredClone(find(kind)) as unknown as Record<string, never>;
    spoil(manifest);
    // As it would be written: undefined fields vanish.
    const written = JSON.parse(JSON.stringify(manifest)) as Manifest;
    expect(schemaErrors(written).join('\n')).toMatch(message);
  });
});

function set(target: unknown, path: string, value: unknown): void {
  const keys = path.split('.');
  const last = keys.pop()!;
  const parent = keys.reduce((node, key) => (node as Record<string, unknown>)[key], target);
  (parent as Record<string, unknown>)[last] = value;
}
