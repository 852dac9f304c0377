import { Exposure, type KubernetesEndpointOptions, ModelDelivery } from 'inferstack/kubernetes';
import { at } from './support/manifest';
import { synthesize } from './support/synthesize';

const policy = (options: KubernetesEndpointOptions) => at(synthesize(options).find('NetworkPolicy'), 'spec');

describe('the network policy', () => {
  test('refuses both directions and lets callers of the namespace and Prometheus in', () => {
    expect(policy({})).toEqual({
      podSelector: {
        matchLabels: {
          'app.kubernetes.io/name': 'inferstack',
          'app.kubernetes.io/instance': 'serving-endpoint',
        },
      },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        { from: [{ podSelector: { matchLabels: {} } }], ports: [{ protocol: 'TCP', port: 'http' }] },
        {
          from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }],
          ports: [{ protocol: 'TCP', port: 'management' }],
        },
      ],
      egress: [],
    });
  });

  test('lets named callers in, and those alone', () => {
    const spec = policy({
      network: {
        allowFrom: [{ namespace: 'clinic', podLabels: { role: 'caller' } }, { cidr: '10.2.0.0/16' }],
      },
    });
    expect(at(spec, 'ingress.0.from')).toEqual([
      {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'clinic' } },
        podSelector: { matchLabels: { role: 'caller' } },
      },
      { ipBlock: { cidr: '10.2.0.0/16' } },
    ]);
  });

  test('lets proxies from outside reach the inference port and not the management port', () => {
    const spec = policy({
      exposure: Exposure.ingress({
        host: 'a.example.com',
        className: 'haproxy',
        tlsSecretName: 'tls',
        proxies: { namespace: 'edge' },
      }),
    });
    const text = (i: number) => JSON.stringify(at(spec, `ingress.${i}`));
    expect(text(0)).toContain('edge');
    expect(text(1)).not.toContain('edge');
  });

  test('opens DNS and the port of the store for a model from a URL', () => {
    const dns = {
      ports: [
        { protocol: 'UDP', port: 53 },
        { protocol: 'TCP', port: 53 },
      ],
    };
    const store = (port: number) => ({ ports: [{ protocol: 'TCP', port }] });
    expect(at(policy({ model: ModelDelivery.fromUrl('s3://models') }), 'egress')).toEqual([dns, store(443)]);
    expect(at(policy({ model: ModelDelivery.fromUrl('https://m.example.com:8443/x') }), 'egress')).toEqual([
      dns,
      store(8443),
    ]);
  });

  test('opens what is asked for', () => {
    const egress = at(
      policy({ network: { allowTo: [{ to: { namespace: 'store' }, ports: [9000] }] } }),
      'egress',
    );
    expect(egress).toContainEqual({
      to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'store' } } }],
      ports: [{ protocol: 'TCP', port: 9000 }],
    });
  });
});

test('Services keep inference and management apart', () => {
  const { find } = synthesize();
  const ports = (manifest: unknown) => at(manifest, 'spec.ports') as { port: number }[];
  const inference = synthesize().manifests.find(
    (m) => m.kind === 'Service' && m.metadata.name === 'serving-endpoint',
  );
  expect(ports(inference).map((p) => p.port)).toEqual([8080]);
  expect(ports(find('Service', '-management')).map((p) => p.port)).toEqual([9090]);
  expect(at(find('Service', '-management'), 'spec.clusterIP')).toBe('None');
});

describe('exposure', () => {
  const proxies = { namespace: 'gateways' };

  test('by a Gateway attaches to the HTTPS listener and waits longer than the runtime', () => {
    const { find } = synthesize({
      exposure: Exposure.gateway({
        gateway: { name: 'public', namespace: 'gateways' },
        hostnames: ['a.example.com'],
        tlsListener: 'https',
        proxies,
      }),
    });
    expect(at(find('HTTPRoute'), 'spec')).toEqual({
      parentRefs: [{ name: 'public', namespace: 'gateways', sectionName: 'https' }],
      hostnames: ['a.example.com'],
      rules: [{ timeouts: { request: '35s' }, backendRefs: [{ name: 'serving-endpoint', port: 8080 }] }],
    });
  });

  test('by an Ingress ends TLS there', () => {
    const { find } = synthesize({
      exposure: Exposure.ingress({
        host: 'a.example.com',
        className: 'haproxy',
        tlsSecretName: 'a-tls',
        annotations: { 'haproxy.org/timeout-server': '35s' },
        proxies,
      }),
    });
    expect(at(find('Ingress'), 'spec')).toMatchObject({
      ingressClassName: 'haproxy',
      tls: [{ hosts: ['a.example.com'], secretName: 'a-tls' }],
    });
    const backend = at(find('Ingress'), 'spec.rules.0.http.paths.0.backend.service');
    expect(backend).toEqual({ name: 'serving-endpoint', port: { number: 8080 } });
    expect(find('Ingress').metadata.annotations).toHaveProperty(['haproxy.org/timeout-server'], '35s');
  });

  test('in the clear only where it is said aloud', () => {
    const plain = { host: 'a.example.com', className: 'haproxy', proxies };
    expect(() => synthesize({ exposure: Exposure.ingress(plain) })).toThrow(/KUBERNETES_PLAIN_HTTP/);
    const { find } = synthesize({ exposure: Exposure.ingress({ ...plain, plainHttp: true }) });
    expect(at(find('Ingress'), 'spec.tls')).toBeUndefined();
  });

  test('is none by default', () => {
    const { endpoint, manifests } = synthesize();
    expect(endpoint.native.route).toBeUndefined();
    expect(manifests.filter((m) => /Ingress|Route/.test(m.kind))).toEqual([]);
  });
});
