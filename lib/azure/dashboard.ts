import { PortalDashboard } from '@cdktf/provider-azurerm/lib/portal-dashboard';
import type { Construct } from 'constructs';
import { jsonDocument } from '../terraform';
import type { AzureEndpointOptions } from './azure-endpoint-options';
import type { EndpointContext } from './context';
import type { Tile } from './dashboard-tiles';

const COLUMNS = 3;
const TILE = { colSpan: 6, rowSpan: 4 };

export function createDashboard(
  scope: Construct,
  context: EndpointContext<AzureEndpointOptions>,
  tiles: readonly Tile[],
): PortalDashboard | undefined {
  if (!context.plan.monitoring.dashboard) return undefined;
  const { tags, ...placed } = context.placed;
  return new PortalDashboard(scope, 'Dashboard', {
    ...placed,
    name: `dash-${context.name}`,
    tags: { ...tags, 'hidden-title': `Model endpoint ${context.name}` },
    dashboardProperties: jsonDocument(dashboardModel(tiles)),
  });
}

/** https://learn.microsoft.com/azure/azure-portal/azure-portal-dashboards-structure */
function dashboardModel(tiles: readonly Tile[]): object {
  return {
    lenses: {
      '0': { order: 0, parts: Object.fromEntries(tiles.map((tile, i) => [String(i), part(tile, i)])) },
    },
    metadata: {
      model: {
        timeRange: {
          type: 'MsPortalFx.Composition.Configuration.ValueTypes.TimeRange',
          value: { relative: { duration: 24, timeUnit: 1 } },
        },
      },
    },
  };
}

function part(tile: Tile, index: number): object {
  const position = {
    x: (index % COLUMNS) * TILE.colSpan,
    y: Math.floor(index / COLUMNS) * TILE.rowSpan,
    ...TILE,
  };
  return { position, metadata: tile };
}
