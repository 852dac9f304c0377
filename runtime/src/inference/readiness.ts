export type Phase = 'loading' | 'ready' | 'failed' | 'draining';

/** Whether this process wants traffic, and why not. */
export class Readiness {
  private current: Phase = 'loading';

  get phase(): Phase {
    return this.current;
  }

  get ready(): boolean {
    return this.current === 'ready';
  }

  /** For people who ask why a replica gets no traffic. */
  get reason(): string {
    return REASONS[this.current];
  }

  /** A process that has failed or drains never becomes ready again. */
  enter(phase: Phase): void {
    const final = this.current === 'draining' || (this.current === 'failed' && phase !== 'draining');
    if (!final) this.current = phase;
  }
}

const REASONS: Readonly<Record<Phase, string>> = {
  loading: 'Models are being loaded and checked with their golden samples.',
  ready: 'Every model serves, or did until it was unloaded.',
  failed: 'A worker ended again and again; the process is to be replaced.',
  draining: 'The process was told to stop and finishes the requests in progress.',
};
