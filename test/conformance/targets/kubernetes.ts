import { Exposure, KubernetesEndpoint } from 'inferstack/kubernetes';
import type { ConformanceTarget } from '../conformance-target';
import { bindInChart, named, roles } from './manifests';

export const kubernetes: ConformanceTarget = {
  platform: 'kubernetes',
  title: 'KubernetesEndpoint',
  demands: {},
  changes: {},
  limits: [],
  bind: (plan, exposure = 'default') =>
    bindInChart(new KubernetesEndpoint(exposure === 'internet' ? { exposure: gateway() } : {}), plan),
  publicExposures: (rendered) =>
    named(rendered, ({ kind, spec }) =>
      kind === 'Service'
        ? ['LoadBalancer', 'NodePort'].includes(spec.type)
        : /^(Ingress|\w+Route)$/.test(kind),
    ),
  broadPermissions: roles,
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
