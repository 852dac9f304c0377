import { type Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { type AlarmContext, createAlarm, idOf, type WatchedTraffic } from './alarms';
import { alarmGates, type WindowedGate } from './check-gates';

/** An alarm for each gate of the rollout. */
export function createGateAlarms(scope: Construct, context: AlarmContext<WatchedTraffic>): Alarm[] {
  return alarmGates(context.plan).map((gate) => {
    const { failAfter, windowMs } = gate;
    return createAlarm(scope, idOf(`GateAlarm-${gate.name}`, context), context, {
      ...judged(gate, context.traffic, Duration.millis(windowMs)),
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      evaluationPeriods: failAfter.of,
      datapointsToAlarm: failAfter.failed,
    });
  });
}

function judged(gate: WindowedGate, traffic: WatchedTraffic, period: Duration) {
  const { name, minSamples } = gate;
  const from = `from ${minSamples} requests in ${period.toSeconds()} s on`;
  if (gate.metric === 'errors') {
    const threshold = percentOf(gate.maxRatio);
    const what = `Gate ${name}: more than ${threshold} % of the requests fail (${from}).`;
    return { what, threshold, metric: traffic.errorPercent(minSamples, period) };
  }
  const percentile = percentOf(gate.quantile);
  const what = `Gate ${name}: p${percentile} is above ${gate.maxMs} ms (${from}).`;
  return { what, threshold: gate.maxMs!, metric: traffic.slowPercentile(minSamples, period, percentile) };
}

/** Without the dust of binary fractions: 0.07 is 7 %. */
const percentOf = (ratio: number): number => Number((ratio * 100).toFixed(6));
