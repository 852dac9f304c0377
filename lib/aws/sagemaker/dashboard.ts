import { type Dashboard, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { type CommonDashboardProps, createRows, graph, trafficGraphs } from '../dashboard';
import type { InstanceType } from './instance-types';
import type { SageMakerMetrics } from './sagemaker-metrics';

export interface DashboardProps extends CommonDashboardProps {
  readonly traffic: SageMakerMetrics;
  readonly instanceType: InstanceType;
}

export function createDashboard(scope: Construct, props: DashboardProps): Dashboard {
  const { traffic } = props;
  return createRows(scope, props, [
    trafficGraphs(traffic, 'Latency of the container (µs)'),
    [
      graph('CPU (%)', [cpuPercent(props)]),
      graph('Memory and disk (%)', [traffic.memory(), traffic.disk()]),
      graph('Latency added by SageMaker (µs)', [traffic.overhead()]),
    ],
  ]);
}

function cpuPercent({ traffic, instanceType }: DashboardProps): MathExpression {
  return new MathExpression({
    expression: `cores / ${instanceType.cpus}`,
    label: 'CPU (%)',
    usingMetrics: { cores: traffic.cpu() },
    period: Duration.minutes(1),
  });
}
