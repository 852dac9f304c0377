import type { MonitorScheduledQueryRulesAlertV2 } from '@cdktf/provider-azurerm/lib/monitor-scheduled-query-rules-alert-v2';
import type { Gate } from '@inferstack/runtime/contract';
import type { Construct } from 'constructs';
import { dimensionsOf, errorQuery, latencyQuery, type Measured, measured } from '../alert-queries';
import type { EndpointContext } from '../context';
import { createQueryAlert } from '../query-alert';

/** What the platform judges by itself. */
export type PlatformGate = Extract<Gate, { readonly metric: 'errors' | 'latency' }>;

export const isPlatformGate = (gate: Gate): gate is PlatformGate =>
  gate.metric === 'errors' || gate.metric === 'latency';

/** Each gate as an alert on the new revision alone. */
export function createGateAlerts(
  scope: Construct,
  context: EndpointContext,
  {
    revision,
    workspaceId,
    groups,
  }: { readonly revision: string; readonly workspaceId: string; readonly groups: readonly string[] },
): MonitorScheduledQueryRulesAlertV2[] {
  const subject = measured(context, revision);
  return context.plan.rollout.gates.filter(isPlatformGate).map((gate, i) =>
    createQueryAlert(scope, `Gate${i + 1}Alert`, context, groups, {
      suffix: `gate-${i + 1}`,
      ...judged(gate, subject),
      workspaceId,
      windowSeconds: gate.windowMs / 1000,
      dimensions: dimensionsOf(subject),
      periods: gate.failAfter,
    }),
  );
}

function judged(gate: PlatformGate, subject: Measured) {
  const minRequests = gate.minSamples;
  if (gate.metric === 'errors') {
    const threshold = percent(gate.maxRatio);
    return {
      what: `Gate ${gate.name}: more than ${threshold} % of the predictions of the new revision fail.`,
      query: errorQuery(subject, { minRequests }),
      threshold,
    };
  }
  const percentile = percent(gate.quantile);
  return {
    what: `Gate ${gate.name}: percentile ${percentile} of the new revision is above ${gate.maxMs} ms.`,
    query: latencyQuery(subject, { minRequests, percentile }),
    // Gates that compare with the stable version were refused.
    threshold: gate.maxMs!,
  };
}

/** Without the last digits of a product of fractions. */
const percent = (ratio: number): number => Number((ratio * 100).toPrecision(12));
