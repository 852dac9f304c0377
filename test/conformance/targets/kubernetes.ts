import { App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { Exposure, KubernetesEndpoint } from 'inferstack/kubernetes';
import type { ConformanceTarget, Rendered } from '../conformance-target';

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: manifests are JSON of any form, and a wrong guess fails the test
  readonly [key: string]: any;
}

export const kubernetes: ConformanceTarget = {
  platform: 'kubernetes',
  title: 'KubernetesEndpoint',
  demands: {},
  changes: {},
  limits: [],
  bind(plan, exposure = 'default') {
    const chart = new Chart(new App(), 'Serving', { namespace: 'models' });
    const target = new KubernetesEndpoint(exposure === 'internet' ? { exposure: gateway() } : {});
    const { runtimeConfig } = target.bind(new Construct(chart, 'Endpoint'), plan);
    const manifests = chart.toJson() as Manifest[];
    return { platform: withoutConfig(manifests), runtimeConfig, text: JSON.stringify(manifests) };
  },
  publicExposures: (rendered) =>
    manifests(rendered)
      .filter(({ kind, spec }) =>
        kind === 'Service'
          ? ['LoadBalancer', 'NodePort'].includes(spec.type)
          : /^(Ingress|\w+Route)$/.test(kind),
      )
      .map(({ kind, metadata }) => `${kind} ${metadata.name}`),
  broadPermissions: (rendered) =>
    manifests(rendered)
      .filter(({ kind }) => /Role(Binding)?$/.test(kind))
      .map(({ kind, metadata }) => `${kind} ${metadata.name}`),
  unavoidable: {},
};

function gateway(): Exposure {
  return Exposure.gateway({
    gateway: { name: 'public', namespace: 'gateways' },
    tlsListener: 'https',
    hostnames: ['endpoint.example.com'],
    proxies: { namespace: 'gateways' },
  });
}

function manifests({ platform }: Rendered): readonly Manifest[] {
  return platform as readonly Manifest[];
}

/** The manifests without the runtime's configuration, whose hash is part of a name. */
function withoutConfig(all: readonly Manifest[]): unknown {
  const config = all.find(({ metadata }) => /-config-[0-9a-f]{8}$/.test(metadata.name))!;
  const rest = all.filter((manifest) => manifest !== config);
  return JSON.parse(JSON.stringify(rest).replaceAll(config.metadata.name, '<config>'));
}
