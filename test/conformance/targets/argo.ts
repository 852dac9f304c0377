import { Exposure, KubernetesEndpoint } from 'inferstack/kubernetes';
import type { ConformanceTarget } from '../conformance-target';
import { bindInChart, named, roles } from './manifests';

/** `KubernetesEndpoint` on a cluster with Argo Rollouts, which needs a Gateway to divide requests. */
export const argo: ConformanceTarget = {
  platform: 'kubernetes',
  title: 'KubernetesEndpoint, Argo Rollouts',
  demands: {},
  changes: {},
  limits: [],
  bind: (plan, exposure = 'default') =>
    bindInChart(
      new KubernetesEndpoint({
        argoRollouts: { prometheusUrl: 'http://prometheus-operated.monitoring.svc:9090' },
        exposure: gateway(exposure === 'internet' ? 'public' : 'internal', plan.runtime.grpc),
      }),
      plan,
    ),
  // A route is as public as the Gateway it attaches to.
  publicExposures: (rendered) =>
    named(rendered, ({ kind, spec }) =>
      kind === 'Service'
        ? ['LoadBalancer', 'NodePort'].includes(spec.type)
        : /^\w+Route$/.test(kind) && spec.parentRefs[0].name === 'public',
    ),
  broadPermissions: roles,
  unavoidable: {},
};

function gateway(name: 'public' | 'internal', grpc: boolean): Exposure {
  return Exposure.gateway({
    gateway: { name, namespace: 'gateways' },
    tlsListener: 'https',
    hostnames: ['endpoint.example.com'],
    ...(grpc ? { grpcHostnames: ['grpc.endpoint.example.com'] } : {}),
    proxies: { namespace: 'gateways' },
  });
}
