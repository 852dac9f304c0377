import { MonitoringDashboard } from '@cdktf/provider-google/lib/monitoring-dashboard';
import type { Construct } from 'constructs';
import { jsonDocument } from '../terraform';
import type { EndpointContext } from './context';
import { dashboardPanels, type Panel } from './dashboard-panels';
import type { BoundExposure } from './exposure';
import { logFilter } from './logs';

const COLUMNS = 48;
const WIDTH = COLUMNS / 2;
const HEIGHT = 16;

export function createDashboard(
  scope: Construct,
  context: EndpointContext,
  exposure: BoundExposure,
): MonitoringDashboard {
  return new MonitoringDashboard(scope, 'Dashboard', {
    project: context.project,
    dashboardJson: jsonDocument(dashboardModel(context, exposure)),
  });
}

/** https://cloud.google.com/monitoring/api/ref_v3/rest/v1/projects.dashboards */
function dashboardModel(context: EndpointContext, exposure: BoundExposure): object {
  const widgets = [...dashboardPanels(context).map(chart), logsPanel(context, exposure), ...runbook(context)];
  return {
    displayName: `Model endpoint ${context.name}`,
    labels: { inferstack: '' },
    mosaicLayout: {
      columns: COLUMNS,
      tiles: widgets.map((widget, i) => ({
        xPos: (i % 2) * WIDTH,
        yPos: Math.floor(i / 2) * HEIGHT,
        width: WIDTH,
        height: HEIGHT,
        widget,
      })),
    },
  };
}

function chart({ title, unit, queries, limit }: Panel): object {
  return {
    title,
    xyChart: {
      dataSets: queries.map(({ query, legend }) => ({
        plotType: 'LINE',
        legendTemplate: legend,
        timeSeriesQuery: { prometheusQuery: query, unitOverride: unit },
      })),
      thresholds: limit === undefined ? [] : [{ label: 'alarm', value: limit }],
      yAxis: { scale: 'LINEAR' },
    },
  };
}

function logsPanel(context: EndpointContext, exposure: BoundExposure): object {
  const filter = `(${logFilter(context, exposure)}) AND severity>=WARNING`;
  return {
    title: 'Warnings and errors',
    logsPanel: { filter, resourceNames: [`projects/${context.project}`] },
  };
}

function runbook({ plan }: EndpointContext): object[] {
  const { runbookUrl } = plan.monitoring;
  return runbookUrl === null ? [] : [{ title: 'Runbook', text: { format: 'MARKDOWN', content: runbookUrl } }];
}
