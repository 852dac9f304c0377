import type { ErrorAlarmPlan, LatencyAlarmPlan } from '../core';
import { aboutModel, byModel, modelLabels } from '../core/prometheus/by-model';
import type { Checker } from './checker';
import type { EndpointContext } from './context';
import type { AlertRule, RuleGroup } from './custom-resources';
import { LARGEST_DURATION_MS, METRICS } from './metrics';

export function checkAlerts(check: Checker, { plan }: EndpointContext): void {
  const limit = plan.monitoring.latency?.maxP99Ms ?? 0;
  if (limit < LARGEST_DURATION_MS) return;
  check.add('KUBERNETES_LATENCY_LIMIT', 'monitoring.latency.maxP99', {
    what: 'the alarm could never fire: the duration histogram tells nothing above its last bucket',
    got: `${limit} ms`,
    allowed: `less than ${LARGEST_DURATION_MS} ms`,
    remedy: 'Lower the limit.',
  });
}

/**
 * The alarms of the plan as Prometheus alerts, plus one for a rollout that stopped. All need the minimum number of
 * requests, so that a quiet endpoint does not alarm on one failure.
 *
 * @param matcher PromQL matchers that select this endpoint's series.
 */
export function alertGroup(context: EndpointContext, matcher: string): RuleGroup {
  const { errors, latency } = context.plan.monitoring;
  return {
    name: `inferstack-${context.name}`,
    rules: [
      ...(errors === null ? [] : [errorAlert(context, matcher, errors)]),
      ...(latency === null ? [] : [latencyAlert(context, matcher, latency)]),
      rolloutAlert(context),
    ],
  };
}

/** Everything is summed by namespace, since the same manifests may run in several, and by model if there are more. */
const groups = ({ plan }: EndpointContext, ...own: string[]): string =>
  ['namespace', ...byModel(plan), ...own].join(', ');

const rate = (metric: string, matcher: string, window: string, by: string) =>
  `sum by (${by}) (rate(${metric}{${matcher}}[${window}]))`;

function enoughRequests(by: string, matcher: string, window: string, minimum: number): string {
  return `sum by (${by}) (increase(${METRICS.requests}{${matcher}}[${window}])) >= ${minimum}`;
}

function errorAlert(context: EndpointContext, matcher: string, alarm: ErrorAlarmPlan): AlertRule {
  const window = `${alarm.windowSeconds / 60}m`;
  const by = groups(context);
  const failed = rate(METRICS.requests, `${matcher},code=~"5.."`, window, by);
  const all = rate(METRICS.requests, matcher, window, by);
  const enough = enoughRequests(by, matcher, window, alarm.minRequests);
  return {
    alert: 'InferstackErrors',
    expr: `100 * ${failed} / ${all} > ${alarm.maxPercent}\nand ${enough}`,
    labels: labels(context, 'critical'),
    annotations: annotations(
      context,
      `{{ $value | printf "%.2f" }} % of the requests to ${context.name}${aboutModel(context.plan)} fail (limit ${alarm.maxPercent} %)`,
    ),
  };
}

function latencyAlert(context: EndpointContext, matcher: string, alarm: LatencyAlarmPlan): AlertRule {
  const window = `${alarm.windowSeconds / 60}m`;
  const buckets = rate(`${METRICS.duration}_bucket`, matcher, window, groups(context, 'le'));
  const enough = enoughRequests(groups(context), matcher, window, alarm.minRequests);
  const limit = alarm.maxP99Ms / 1000;
  return {
    alert: 'InferstackLatency',
    expr: `histogram_quantile(0.99, ${buckets}) > ${limit}\nand ${enough}`,
    labels: labels(context, 'critical'),
    annotations: annotations(
      context,
      `The slowest 1 % of requests to ${context.name}${aboutModel(context.plan)} take {{ $value | humanizeDuration }} or more (limit ${limit} s)`,
    ),
  };
}

function rolloutAlert(context: EndpointContext): AlertRule {
  return {
    alert: 'InferstackRolloutStopped',
    expr: context.workload.stopped(context.namespace),
    labels: labels(context, 'critical'),
    annotations: annotations(
      context,
      `The rollout of ${context.name} stopped: new replicas do not get ready`,
    ),
  };
}

function labels(context: EndpointContext, severity: 'critical'): Record<string, string> {
  return { severity, inferstack_endpoint: context.name, ...modelLabels(context.plan) };
}

function annotations(context: EndpointContext, summary: string): Record<string, string> {
  const { runbookUrl } = context.plan.monitoring;
  return {
    summary,
    description: `To go back: ${context.workload.goBack}`,
    ...(runbookUrl === null ? {} : { runbook_url: runbookUrl }),
  };
}
