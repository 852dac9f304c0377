import type { MonitoringAlertPolicy } from '@cdktf/provider-google/lib/monitoring-alert-policy';
import type { Construct } from 'constructs';
import { literal } from '../../terraform';
import { createAlert } from '../alerts';
import type { EndpointContext } from '../context';
import { textHash } from '../names';
import { gateQuery, type MeasuredGate } from './gate-query';

export interface GateAlertParts {
  /** Name of the revision that this stack makes. */
  readonly revision: string;
  readonly channels: readonly string[];
}

/** An alert for each gate, on the requests that the new revision answers. */
export function createGateAlerts(
  scope: Construct,
  context: EndpointContext,
  { revision, channels }: GateAlertParts,
): MonitoringAlertPolicy[] {
  const gates = context.plan.rollout.gates.filter(
    (gate): gate is MeasuredGate => gate.metric === 'errors' || gate.metric === 'latency',
  );
  return gates.map((gate) =>
    createAlert(scope, `Gate-${textHash(scope, gate.name)}`, context, {
      alert: {
        title: `${context.name}: gate ${literal(gate.name)}`,
        query: gateQuery(context, gate, revision),
        summary: `The new revision failed the gate ${literal(gate.name)}: ${described(gate)}.`,
      },
      channels,
      goBack: ['While the revision is taking over, its requests go back to the stable one by themselves.'],
    }),
  );
}

function described(gate: MeasuredGate): string {
  const windows = `in ${gate.failAfter.failed} of ${gate.failAfter.of} windows of ${gate.windowMs / 60_000} min`;
  if (gate.metric === 'errors') return `more than ${gate.maxRatio * 100} % of the requests failed ${windows}`;
  const limits = [
    ...(gate.maxMs === null ? [] : [`${gate.maxMs} ms`]),
    ...(gate.maxRatioToStable === null ? [] : [`${gate.maxRatioToStable} times that of the stable revision`]),
  ];
  return `quantile ${gate.quantile} of the time to answer was above ${limits.join(' or ')} ${windows}`;
}
