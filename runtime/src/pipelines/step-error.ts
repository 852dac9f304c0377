import { RequestError, type RequestErrorCode } from '../errors';
import type { StepCause } from '../inference/degradation';
import { CallerGoneError } from '../inference/executor';

/** A step took longer than its timeout. */
export class StepTimeoutError extends Error {
  override readonly name = 'StepTimeoutError';
}

/** A step cannot be run, since a step it reads was skipped. */
export class InputMissingError extends Error {
  override readonly name = 'InputMissingError';
}

/** Fewer members of an ensemble gave an answer than it needs. */
export class TooFewMembersError extends Error {
  override readonly name = 'TooFewMembersError';
}

/** A step failed for good: what is around it may have something instead. */
export class StepError extends Error {
  override readonly name = 'StepError';

  constructor(
    readonly step: string,
    readonly reason: StepCause,
    /** Whether what was refused is what the caller sent. */
    readonly callersFault: boolean,
    cause: unknown,
  ) {
    super(`step ${step}: ${reason}`, { cause });
  }
}

const UNAVAILABLE: ReadonlySet<string> = new Set([
  'MODEL_NOT_READY',
  'MODEL_UNLOADED',
  'MODEL_NOT_FOUND',
  'MODEL_VERSION_NOT_FOUND',
]);

export function causeOf(error: unknown): StepCause {
  if (error instanceof StepError) return error.reason;
  if (error instanceof StepTimeoutError) return 'timed_out';
  if (error instanceof InputMissingError) return 'input_missing';
  if (!(error instanceof RequestError)) return 'failed';
  if (error.code === 'MODEL_OVERLOADED') return 'overloaded';
  if (error.code === 'INPUT_INVALID') return 'refused';
  return UNAVAILABLE.has(error.code) ? 'unavailable' : 'failed';
}

const CODES: Readonly<Partial<Record<StepCause, { code: RequestErrorCode; what: string }>>> = {
  timed_out: { code: 'PIPELINE_STEP_TIMEOUT', what: 'took longer than its timeout' },
  unavailable: { code: 'PIPELINE_STEP_UNAVAILABLE', what: 'runs a model that does not serve now' },
};

/** How the caller of a pipeline is told that it has failed. */
export function asAnswer(error: unknown, pipeline: string): unknown {
  if (!(error instanceof StepError) || error.cause instanceof CallerGoneError) return error;
  const { step, reason, cause, callersFault } = error;
  const told = reason === 'overloaded' || (reason === 'refused' && callersFault);
  if (told && cause instanceof RequestError) {
    const { code, problems, omitted, retryAfterSeconds } = cause;
    const retry = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
    return new RequestError(code, `Step ${step}: ${cause.message}`, { problems, omitted, ...retry, cause });
  }
  const { code, what } = CODES[reason] ?? { code: 'PIPELINE_STEP_FAILED', what: 'failed' };
  return new RequestError(code, `Step ${step} of pipeline ${pipeline} ${what}.`, { cause });
}
