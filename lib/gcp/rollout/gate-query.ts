import { type Gate, STABLE_SLACK_MS } from '@inferstack/runtime/contract';
import type { EndpointContext } from '../context';
import { METRICS, serviceMatcher } from '../queries';

/** The gates that metrics of Cloud Run can judge. */
export type MeasuredGate = Extract<Gate, { metric: 'errors' | 'latency' }>;

/** A window of the past, as PromQL writes it behind a series: `[5m] offset 10m`. */
type Window = string;

/**
 * Fires when so many of the last windows failed. A window with too few answers never fails, nor does one in which the
 * stable revision, if it is compared with, answered too few.
 *
 * @param revision name of the revision that is judged; all others are the stable one
 */
export function gateQuery(context: EndpointContext, gate: MeasuredGate, revision: string): string {
  const series = {
    judged: `${serviceMatcher(context)},revision_name="${revision}"`,
    stable: `${serviceMatcher(context)},revision_name!="${revision}"`,
  };
  const minutes = gate.windowMs / 60_000;
  const failed = Array.from({ length: gate.failAfter.of }, (_, i) =>
    failedIn(gate, series, i === 0 ? `[${minutes}m]` : `[${minutes}m] offset ${i * minutes}m`),
  );
  return `${failed.join(' + ')} >= ${gate.failAfter.failed}`;
}

interface Series {
  readonly judged: string;
  readonly stable: string;
}

/** 1 where the window failed, else 0: also where nothing was measured. */
function failedIn(gate: MeasuredGate, series: Series, window: Window): string {
  const reasons = reasonsOf(gate, series, window).map((reason) => `(${reason} or vector(0))`);
  return reasons.length === 1 ? reasons[0]! : `clamp_max(${reasons.join(' + ')}, 1)`;
}

function reasonsOf(gate: MeasuredGate, { judged, stable }: Series, window: Window): string[] {
  const enough = (matcher: string) => `(${count(matcher, window)} >= bool ${gate.minSamples})`;
  if (gate.metric === 'errors') {
    const failed = count(`${judged},response_code_class="5xx"`, window);
    return [`(${failed} / ${count(judged, window)} > bool ${gate.maxRatio}) * ${enough(judged)}`];
  }
  const slow = quantile(gate.quantile, judged, window);
  const usual = quantile(gate.quantile, stable, window);
  const { maxMs, maxRatioToStable } = gate;
  return [
    ...(maxMs === null ? [] : [`(${slow} > bool ${maxMs}) * ${enough(judged)}`]),
    ...(maxRatioToStable === null
      ? []
      : [
          `(${slow} > bool ${maxRatioToStable} * ${usual}) * (${slow} > bool ${usual} + ${STABLE_SLACK_MS})` +
            ` * ${enough(judged)} * ${enough(stable)}`,
        ]),
  ];
}

const count = (matcher: string, window: Window): string =>
  `sum(increase(${METRICS.requests}{${matcher}}${window}))`;

const quantile = (share: number, matcher: string, window: Window): string =>
  `histogram_quantile(${share}, sum by (le) (rate(${METRICS.latency}_bucket{${matcher}}${window})))`;
