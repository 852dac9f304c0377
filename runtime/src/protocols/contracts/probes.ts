import { RequestError } from '../../errors';
import { jsonReply, type Reply } from '../http/reply';
import type { ContractRequest } from './contract';

/** What TorchServe answers to a ping; the others look at the status alone, so that a path they share has one body. */
export const HEALTHY = '{"status":"Healthy"}';

/** Answers a readiness probe with this body. @throws RequestError MODEL_NOT_READY, told as 503 */
export function whenReady(body: string): (request: ContractRequest) => Reply {
  return ({ parts: { readiness } }) => {
    if (readiness.ready) return jsonReply(body);
    throw new RequestError('MODEL_NOT_READY', readiness.reason);
  };
}

/** Text for people, as some of the servers answer probes. */
export function textReply(text: string): Reply {
  return { ...jsonReply(text), contentType: 'text/plain; charset=utf-8' };
}
