import { MonitoringDashboard } from '@cdktf/provider-google/lib/monitoring-dashboard';
import type { Construct } from 'constructs';
import { jsonDocument } from '../terraform';
import type { EndpointContext } from './context';
import type { Panel } from './dashboard-panels';

/** What a dashboard shows of a platform. */
export interface DashboardContent {
  readonly panels: readonly Panel[];
  /** Lines of the endpoint, in the query language of Cloud Logging. */
  readonly logFilter: string;
}

const COLUMNS = 48;
const WIDTH = COLUMNS / 2;
const HEIGHT = 16;

export function createDashboard(
  scope: Construct,
  context: EndpointContext,
  content: DashboardContent,
): MonitoringDashboard {
  return new MonitoringDashboard(scope, 'Dashboard', {
    project: context.project,
    dashboardJson: jsonDocument(dashboardModel(context, content)),
  });
}

/** https://cloud.google.com/monitoring/api/ref_v3/rest/v1/projects.dashboards */
function dashboardModel(context: EndpointContext, { panels, logFilter }: DashboardContent): object {
  const widgets = [...panels.map(chart), logsPanel(context, logFilter), ...runbook(context)];
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

function logsPanel(context: EndpointContext, logFilter: string): object {
  const filter = `(${logFilter}) AND severity>=WARNING`;
  return {
    title: 'Warnings and errors',
    logsPanel: { filter, resourceNames: [`projects/${context.project}`] },
  };
}

function runbook({ plan }: EndpointContext): object[] {
  const { runbookUrl } = plan.monitoring;
  return runbookUrl === null ? [] : [{ title: 'Runbook', text: { format: 'MARKDOWN', content: runbookUrl } }];
}
