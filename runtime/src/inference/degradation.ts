/** Why a step of a pipeline did not give its answer. */
export type StepCause = 'failed' | 'timed_out' | 'overloaded' | 'unavailable' | 'refused' | 'input_missing';

/** What the answer has instead. */
export type StepAction = 'skipped' | 'defaulted' | 'replaced';

/** A step of a pipeline that an answer had to do without. */
export interface Degradation {
  readonly step: string;
  readonly cause: StepCause;
  readonly action: StepAction;
  /** Positions in the request of the rows it was asked for. @default - all rows */
  readonly rows?: readonly number[];
}

/** Name of the header or metadata that tells of it, and of the parameter of the Open Inference Protocol. */
export const DEGRADED_HEADER = 'x-inferstack-degraded';
export const DEGRADED_PARAMETER = 'degraded';

/**
 * `second;cause=timed_out;action=skipped;rows=2, third;...`: a list of tokens with parameters. Rows are counted, not
 * listed: a header has to stay small.
 *
 * Source: https://www.rfc-editor.org/rfc/rfc9651 (Lists, Parameters)
 */
export function degradationText(degradations: readonly Degradation[]): string {
  return degradations
    .map(({ step, cause, action, rows }) => {
      const counted = rows === undefined ? '' : `;rows=${rows.length}`;
      return `${step};cause=${cause};action=${action}${counted}`;
    })
    .join(', ');
}
