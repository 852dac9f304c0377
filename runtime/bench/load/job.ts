import type { ClosedLoopOptions } from './closed-loop';
import type { OpenLoopOptions } from './open-loop';
import type { Target } from './target';

/** One measurement the client process is asked for. */
export type Job =
  | { readonly kind: 'closed'; readonly target: Target; readonly options: ClosedLoopOptions }
  | { readonly kind: 'open'; readonly target: Target; readonly options: OpenLoopOptions };

/** What it answers. */
export type JobAnswer<Result> =
  | { readonly ok: true; readonly result: Result }
  | { readonly ok: false; readonly error: string };
