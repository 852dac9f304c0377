import { type EndpointPlan, isUnresolved } from '../core';
import type { Checker } from './checker';

/** Source: https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-create-log-alert-rule */
export const ALERT_WINDOW_MINUTES = [1, 5, 10, 15, 30, 45, 60, 120, 180, 240, 300, 360, 1440];
const SLOWEST_EVALUATION_SECONDS = 300;

/** ISO 8601, as Azure Monitor writes it: `PT5M`, `PT1H`, `P1D`. */
export function isoDuration(seconds: number): string {
  const minutes = seconds / 60;
  if (minutes % 1440 === 0) return `P${minutes / 1440}D`;
  return minutes % 60 === 0 ? `PT${minutes / 60}H` : `PT${minutes}M`;
}

/** Every five minutes, or as often as the window ends. */
export function evaluationFrequency(windowSeconds: number): string {
  return isoDuration(Math.min(windowSeconds, SLOWEST_EVALUATION_SECONDS));
}

/**
 * Refuses windows that scheduled query rules do not have.
 */
export function checkAlertWindows(check: Checker, { monitoring }: EndpointPlan): void {
  for (const alert of ['errors', 'latency'] as const) {
    const seconds = monitoring[alert]?.windowSeconds;
    if (seconds === undefined || isUnresolved(seconds) || ALERT_WINDOW_MINUTES.includes(seconds / 60))
      continue;
    const next =
      ALERT_WINDOW_MINUTES.find((minutes) => minutes * 60 >= seconds) ?? ALERT_WINDOW_MINUTES.at(-1);
    check.add('AZURE_ALERT_WINDOW', `monitoring.${alert}.window`, {
      what: 'Azure Monitor has no rule with this window',
      got: `${seconds / 60} minutes`,
      allowed: `minutes: ${ALERT_WINDOW_MINUTES.join(', ')}`,
      remedy: `Use Duration.minutes(${next}).`,
    });
  }
}
