import { RequestError } from '../errors';
import type { ModelInstance } from './model-instance';

/**
 * Refuses now what would only be late: the client still has the time to go elsewhere.
 *
 * @throws RequestError MODEL_OVERLOADED
 */
export function refuseHopeless({ name, executor }: ModelInstance, maxWaitMs: number): void {
  const waitMs = executor.expectedWaitMs ?? 0;
  if (waitMs <= maxWaitMs) return;
  const message = `Model ${name} has more requests waiting than it can answer in time.`;
  throw new RequestError('MODEL_OVERLOADED', message, { retryAfterSeconds: Math.ceil(waitMs / 1000) });
}
