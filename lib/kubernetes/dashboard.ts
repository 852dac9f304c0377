import { KubeConfigMap } from 'cdk8s-plus-32/lib/imports/k8s';
import type { Construct } from 'constructs';
import { servedNames } from '../core';
import type { EndpointContext } from './context';
import { dashboardPanels, type Panel } from './dashboard-panels';
import { METRICS } from './metrics';

/** A Grafana dashboard as the ConfigMap that Grafana's sidecar looks for. */
export function dashboard(scope: Construct, context: EndpointContext, matcher: string): KubeConfigMap {
  return new KubeConfigMap(scope, 'Dashboard', {
    metadata: context.metadata('-dashboard', 'monitoring', { labels: { grafana_dashboard: '1' } }),
    data: { [`${context.name}.json`]: `${JSON.stringify(dashboardModel(context, matcher), null, 2)}\n` },
  });
}

/** https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/ */
export function dashboardModel(context: EndpointContext, matcher: string): object {
  const { name, plan } = context;
  const models = servedNames(plan);
  return {
    // Grafana takes at most 40 characters.
    uid: `inferstack-${name}`.slice(0, 40).replace(/-+$/, ''),
    title: `Model endpoint ${name}`,
    description: `${models.join(', ')}, served by inferstack.`,
    tags: ['inferstack', ...models],
    schemaVersion: 39,
    editable: true,
    time: { from: 'now-6h', to: 'now' },
    refresh: '30s',
    templating: {
      list: [
        { name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus', current: {} },
        namespaceVariable(context, matcher),
      ],
    },
    panels: dashboardPanels(context, `${matcher},namespace=~"$namespace"`).map(renderPanel),
  };
}

function namespaceVariable({ namespace }: EndpointContext, matcher: string): object {
  const value = namespace ?? '$__all';
  return {
    name: 'namespace',
    type: 'query',
    datasource: DATASOURCE,
    query: { query: `label_values(${METRICS.ready}{${matcher}}, namespace)`, refId: 'namespace' },
    includeAll: true,
    allValue: '.*',
    current: { text: namespace ?? 'All', value },
    refresh: 2,
  };
}

const DATASOURCE = { type: 'prometheus', uid: '$datasource' };
const WIDTH = 12;
const HEIGHT = 8;

function renderPanel({ title, unit, queries, limit }: Panel, index: number): object {
  const thresholds =
    limit === undefined
      ? []
      : [
          { value: null, color: 'transparent' },
          { value: limit, color: 'red' },
        ];
  return {
    id: index + 1,
    type: 'timeseries',
    title,
    datasource: DATASOURCE,
    gridPos: { x: (index % 2) * WIDTH, y: Math.floor(index / 2) * HEIGHT, w: WIDTH, h: HEIGHT },
    fieldConfig: {
      defaults: {
        unit,
        min: 0,
        custom: { thresholdsStyle: { mode: limit === undefined ? 'off' : 'line' } },
        thresholds: { mode: 'absolute', steps: thresholds },
      },
      overrides: [],
    },
    targets: queries.map(({ expr, legend }, i) => ({
      refId: String.fromCharCode(65 + i),
      datasource: DATASOURCE,
      expr,
      legendFormat: legend,
    })),
  };
}
