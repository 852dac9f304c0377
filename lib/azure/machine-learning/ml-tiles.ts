import { metricTile, queryTile, type Tile } from '../dashboard-tiles';
import { deploymentIdOf, endpointIdOf, type MachineLearningContext } from './arm-resources';
import { trafficLines } from './ml-monitoring';

const ENDPOINTS = 'microsoft.machinelearningservices/workspaces/onlineendpoints';
const AVERAGE = 4;
const MAXIMUM = 3;

/** What an operator asks first. Source of the metrics: https://learn.microsoft.com/azure/machine-learning/monitor-azure-machine-learning-reference */
export function machineLearningTiles(
  context: MachineLearningContext,
  release: string,
  workspaceId: string,
): readonly Tile[] {
  const endpoint = { id: endpointIdOf(context), namespace: ENDPOINTS };
  const deployment = { id: deploymentIdOf(context, release), namespace: `${ENDPOINTS}/deployments` };
  const query = (title: string, lines: readonly string[], column: string) =>
    queryTile(workspaceId, title, [...trafficLines(context.name), ...lines].join('\n'), {
      columns: [column],
      splitBy: [],
    });
  return [
    metricTile(endpoint, 'Requests per minute', 'RequestsPerMinute', AVERAGE, 'deployment'),
    metricTile(endpoint, 'Time to answer p99 (ms)', 'RequestLatency_P99', AVERAGE, 'deployment'),
    metricTile(deployment, 'Replicas', 'DeploymentCapacity', MAXIMUM),
    metricTile(deployment, 'CPU (%)', 'CpuUtilizationPercentage', AVERAGE),
    metricTile(deployment, 'Memory (%)', 'CpuMemoryUtilizationPercentage', AVERAGE),
    query(
      'Failed requests (%)',
      ['| summarize percent = 100.0 * countif(failed) / count() by bin(TimeGenerated, 5m)'],
      'percent',
    ),
  ];
}
