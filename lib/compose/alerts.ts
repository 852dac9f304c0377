import { stringify } from 'yaml';
import type { ErrorAlarmPlan, LatencyAlarmPlan } from '../core';
import { aboutModel, byModel, modelLabels } from '../core/prometheus/by-model';
import { LARGEST_DURATION_MS, METRICS } from '../core/prometheus/metrics';
import type { Checker } from './checker';
import type { EndpointContext } from './context';

/** Replicas are replaced one at a time and start in seconds to minutes: longer is no rollout. */
const MISSING_FOR = '5m';

interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export function checkAlerts(check: Checker, { plan }: EndpointContext): void {
  const limit = plan.monitoring.latency?.maxP99Ms ?? 0;
  if (limit < LARGEST_DURATION_MS) return;
  check.add('COMPOSE_LATENCY_LIMIT', 'monitoring.latency.maxP99', {
    what: 'the alarm could never fire: the duration histogram tells nothing above its last bucket',
    got: `${limit} ms`,
    allowed: `less than ${LARGEST_DURATION_MS} ms`,
    remedy: 'Lower the limit.',
  });
}

/** PromQL matchers that select this endpoint's series, by labels of `scrapeConfigs`. */
export const seriesOf = ({ name, project }: EndpointContext): string => `job="${name}",project="${project}"`;

/**
 * The alarms of the plan as a Prometheus rule file, plus one for replicas that are missing. Those of the plan need the
 * minimum number of requests, so that a quiet endpoint does not alarm on one failure.
 */
export function ruleFile(context: EndpointContext): string {
  const { errors, latency } = context.plan.monitoring;
  const rules = [
    ...(errors === null ? [] : [errorAlert(context, errors)]),
    ...(latency === null ? [] : [latencyAlert(context, latency)]),
    replicaAlert(context),
  ];
  const groups = [{ name: `inferstack-${context.project}-${context.name}`, rules }];
  return stringify({ groups }, { lineWidth: 0 });
}

function errorAlert(context: EndpointContext, alarm: ErrorAlarmPlan): AlertRule {
  const series = seriesOf(context);
  const window = `${alarm.windowSeconds / 60}m`;
  const sum = sumBy(context);
  const failed = `${sum}(rate(${METRICS.requests}{${series},code=~"5.."}[${window}]))`;
  const all = `${sum}(rate(${METRICS.requests}{${series}}[${window}]))`;
  return {
    alert: 'InferstackErrors',
    expr: `100 * ${failed} / ${all} > ${alarm.maxPercent}\nand ${enough(context, window, alarm.minRequests)}`,
    labels: labels(context),
    annotations: annotations(
      context,
      `{{ $value | printf "%.2f" }} % of the requests to ${context.name}${aboutModel(context.plan)} fail (limit ${alarm.maxPercent} %)`,
    ),
  };
}

function latencyAlert(context: EndpointContext, alarm: LatencyAlarmPlan): AlertRule {
  const series = seriesOf(context);
  const window = `${alarm.windowSeconds / 60}m`;
  const buckets = `${sumBy(context, 'le')}(rate(${METRICS.duration}_bucket{${series}}[${window}]))`;
  const limit = alarm.maxP99Ms / 1000;
  return {
    alert: 'InferstackLatency',
    expr: `histogram_quantile(0.99, ${buckets}) > ${limit}\nand ${enough(context, window, alarm.minRequests)}`,
    labels: labels(context),
    annotations: annotations(
      context,
      `The slowest 1 % of requests to ${context.name}${aboutModel(context.plan)} take {{ $value | humanizeDuration }} or more (limit ${limit} s)`,
    ),
  };
}

/** Nobody else tells when a container does not come back, or when all are gone and so count no failures. */
function replicaAlert(context: EndpointContext): AlertRule {
  const wanted = context.plan.scaling.minReplicas;
  return {
    alert: 'InferstackReplicasMissing',
    expr: `(sum(${METRICS.ready}{${seriesOf(context)}}) or vector(0)) < ${wanted}`,
    for: MISSING_FOR,
    labels: labels(context),
    annotations: annotations(context, `{{ $value }} of ${wanted} replicas of ${context.name} are ready`),
  };
}

function enough(context: EndpointContext, window: string, minimum: number): string {
  return `${sumBy(context)}(increase(${METRICS.requests}{${seriesOf(context)}}[${window}])) >= ${minimum}`;
}

/** A sum over the endpoint, or over each of its models if there are more. */
function sumBy({ plan }: EndpointContext, ...own: string[]): string {
  const labels = [...byModel(plan), ...own];
  return labels.length === 0 ? 'sum' : `sum by (${labels.join(', ')}) `;
}

function labels(context: EndpointContext): Record<string, string> {
  return {
    severity: 'critical',
    inferstack_endpoint: context.name,
    inferstack_project: context.project,
    ...modelLabels(context.plan),
  };
}

function annotations(context: EndpointContext, summary: string): Record<string, string> {
  const { runbookUrl } = context.plan.monitoring;
  return {
    summary,
    description: `Logs: docker compose -p ${context.project} logs ${context.replicas.join(' ')}`,
    ...(runbookUrl === null ? {} : { runbook_url: runbookUrl }),
  };
}
