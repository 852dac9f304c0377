import { Agreement, type Answer } from './agreement';
import { LatencyHistogram } from './latency-histogram';

/** Which of the two answered. */
export type Variant = 'stable' | 'candidate';

/** What was seen of one version in one window. */
export class VariantWindow {
  requests = 0;
  errors = 0;
  readonly latency = new LatencyHistogram();

  add(ms: number, failed: boolean): void {
    this.requests++;
    if (failed) this.errors++;
    this.latency.add(ms);
  }
}

/** What was seen of both versions since a moment. */
export class ObservationWindow {
  readonly stable = new VariantWindow();
  readonly candidate = new VariantWindow();

  constructor(readonly since: number) {}
}

/**
 * What gates look at: windows for what passes (errors, times), and everything since the rollout began for what the
 * versions say, since that depends on the requests and not on the hour.
 */
export class Observations {
  readonly agreement = new Agreement();
  readonly total: ObservationWindow;
  /** Each gate has windows of its own length. */
  private readonly windows: ObservationWindow[] = [];

  constructor(since: number) {
    this.total = new ObservationWindow(since);
  }

  /** A window that everything seen from now on is counted in, too. */
  open(window: ObservationWindow): ObservationWindow {
    this.windows.push(window);
    return window;
  }

  close(window: ObservationWindow): void {
    const at = this.windows.indexOf(window);
    if (at >= 0) this.windows.splice(at, 1);
  }

  add(variant: Variant, ms: number, failed: boolean): void {
    this.total[variant].add(ms, failed);
    for (const window of this.windows) window[variant].add(ms, failed);
  }

  compare(stable: Answer, candidate: Answer): void {
    this.agreement.add(stable, candidate);
  }
}
