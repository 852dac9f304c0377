import { ProblemError } from 'inferstack';
import { Exposure, type GatewayOptions } from 'inferstack/kubernetes';
import { at } from './support/manifest';
import { synthesize } from './support/synthesize';

const gateway = (options: Partial<GatewayOptions> = {}) =>
  Exposure.gateway({
    gateway: { name: 'public', namespace: 'gateways' },
    hostnames: ['a.example.com'],
    grpcHostnames: ['grpc.a.example.com'],
    tlsListener: 'https',
    proxies: { namespace: 'gateways' },
    ...options,
  });
const on = { runtime: { grpc: true } };

test('pods, Service and NetworkPolicy have the port, and only when it is wanted', () => {
  const { find, endpoint } = synthesize({}, on);
  expect(at(find('Deployment'), 'spec.template.spec.containers.0.ports')).toEqual([
    { name: 'http', containerPort: 8080 },
    { name: 'grpc', containerPort: 8081 },
    { name: 'management', containerPort: 9090 },
  ]);
  expect(at(find('Service', 'endpoint'), 'spec.ports')).toEqual([
    { name: 'http', port: 8080, targetPort: 'http', appProtocol: 'http' },
    { name: 'grpc', port: 8081, targetPort: 'grpc', appProtocol: 'kubernetes.io/h2c' },
  ]);
  expect(at(find('NetworkPolicy'), 'spec.ingress.0.ports')).toEqual([
    { protocol: 'TCP', port: 'http' },
    { protocol: 'TCP', port: 'grpc' },
  ]);
  expect(endpoint.runtimeConfig.listeners.grpc).toEqual({ host: '0.0.0.0', port: 8081 });
  expect(JSON.stringify(synthesize().manifests)).not.toMatch(/h2c|"grpc"/);
});

test('metrics stay apart from gRPC callers', () => {
  const { find } = synthesize({}, on);
  expect(JSON.stringify(find('Service', '-management'))).not.toContain('grpc');
  expect(JSON.stringify(at(find('NetworkPolicy'), 'spec.ingress.1'))).not.toContain('grpc');
});

test('a Gateway gets a GRPCRoute with hosts of its own, for predictions and health alone', () => {
  const { find, endpoint } = synthesize({ exposure: gateway() }, on);
  expect(at(find('GRPCRoute'), 'spec')).toEqual({
    parentRefs: [{ name: 'public', namespace: 'gateways', sectionName: 'https' }],
    hostnames: ['grpc.a.example.com'],
    rules: [
      {
        matches: [
          { method: { service: 'inference.GRPCInferenceService' } },
          { method: { service: 'grpc.health.v1.Health' } },
        ],
        backendRefs: [{ name: 'serving-endpoint', port: 8081 }],
      },
    ],
  });
  expect(at(find('HTTPRoute'), 'spec.hostnames')).toEqual(['a.example.com']);
  expect(endpoint.native.grpcRoute?.name).toBe('serving-endpoint-grpc');
});

test.each([
  ['no host names for gRPC', gateway({ grpcHostnames: undefined }), true, 'KUBERNETES_GRPC_HOSTS'],
  ['an empty list', gateway({ grpcHostnames: [] }), true, 'KUBERNETES_GRPC_HOSTS'],
  [
    'a host name of the HTTPRoute',
    gateway({ grpcHostnames: ['a.example.com'] }),
    true,
    'KUBERNETES_GRPC_HOSTS',
  ],
  ['host names without gRPC', gateway(), false, 'KUBERNETES_GRPC_HOSTS'],
  ['a bad host name', gateway({ grpcHostnames: ['A b'] }), true, 'KUBERNETES_NAME'],
  [
    'an Ingress',
    Exposure.ingress({
      host: 'a.example.com',
      className: 'haproxy',
      tlsSecretName: 'tls',
      proxies: { namespace: 'edge' },
    }),
    true,
    'TARGET_UNSUPPORTED',
  ],
])('%s is refused', (_, exposure, grpc, code) => {
  const work = () => synthesize({ exposure }, { runtime: { grpc } });
  expect(work).toThrow(ProblemError);
  expect(work).toThrow(code);
});
