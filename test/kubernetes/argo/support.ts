import { type Gate, Rollout } from 'inferstack';
import { Exposure, type KubernetesEndpointOptions } from 'inferstack/kubernetes';
import { at } from '../support/manifest';
import { type Props, type Rendered, synthesize } from '../support/synthesize';

export const ARGO: KubernetesEndpointOptions = {
  argoRollouts: { prometheusUrl: 'http://prometheus-operated.monitoring.svc:9090' },
  exposure: Exposure.gateway({
    gateway: { name: 'public', namespace: 'gateways' },
    hostnames: ['tumours.example.com'],
    tlsListener: 'https',
    proxies: { namespace: 'gateways' },
  }),
};

export const withArgo = (rollout: Rollout, props: Props = {}, options: KubernetesEndpointOptions = {}) =>
  synthesize({ ...ARGO, ...options }, { rollout, ...props });

export const canaryWith = (...gates: Gate[]) => withArgo(Rollout.canary({ gates }));

export interface Metric {
  readonly name: string;
  readonly successCondition: string;
  readonly failureCondition: string;
  readonly provider: { readonly prometheus: { readonly address: string; readonly query: string } };
  readonly [field: string]: unknown;
}

/** What an analysis measures, by the end of the template's name. */
export function metricsOf(rendered: Rendered, template: '-seen' | '-watch' | '-passed'): readonly Metric[] {
  return at(rendered.find('AnalysisTemplate', template), 'spec.metrics') as Metric[];
}

export const strategyOf = (rendered: Rendered) => at(rendered.find('Rollout'), 'spec.strategy');
