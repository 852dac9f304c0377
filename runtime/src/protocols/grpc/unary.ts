import { type handleUnaryCall, Metadata, type ServerUnaryCall, type sendUnaryData } from '@grpc/grpc-js';
import { RequestError } from '../../errors';
import { DEGRADED_HEADER, degradationText } from '../../inference';
import { GrpcExchange, type OnReply } from './grpc-exchange';
import { asRequestError } from './infer/decode-infer-request';
import { requestId } from './request-id';
import type { AnyMessage, MessageValue } from './schema/message';
import type { Method } from './schema/proto-file';
import { callStatus } from './status';

type Unary = handleUnaryCall<Buffer, Buffer>;
type Answer<M extends Pick<Method, 'response'>> = Partial<MessageValue<M['response']>>;
type Handle = (bytes: Buffer, exchange: GrpcExchange) => void;

/** A call with one message each way, answered through an exchange. */
export function unary(route: string, onReply: OnReply, handle: Handle): Unary {
  return (call, callback) => {
    const id = requestId(call.metadata);
    const from = { path: call.getPath(), metadata: call.metadata };
    const exchange: GrpcExchange = new GrpcExchange(
      route,
      id,
      from,
      (outcome) => deliver(outcome, exchange, callback),
      onReply,
    );
    call.on('cancelled', () => exchange.abandon(isLate(call)));
    handle(call.request, exchange);
  };
}

/** A unary call that is answered from the decoded message. */
export function simple<M extends Pick<Method, 'request' | 'response'>>(
  route: string,
  method: M,
  onReply: OnReply,
  answer: (request: MessageValue<M['request']>) => Answer<M> | Promise<Answer<M>>,
): Unary {
  const { request, response }: { readonly request: AnyMessage; readonly response: AnyMessage } = method;
  return unary(route, onReply, (bytes, exchange) => {
    try {
      const value = asRequestError(request.fullName, () => request.decode(bytes));
      const answered = answer(value as MessageValue<M['request']>);
      if (!(answered instanceof Promise)) exchange.succeed(response.encode(answered));
      else
        answered.then(
          (message) => exchange.succeed(response.encode(message)),
          (error: unknown) => exchange.fail(error),
        );
    } catch (error) {
      exchange.fail(error);
    }
  });
}

function deliver(
  outcome: Buffer | RequestError,
  { id, degradations }: GrpcExchange,
  callback: sendUnaryData<Buffer>,
): void {
  if (outcome instanceof RequestError) callback(callStatus(outcome, id));
  else if (degradations === undefined) callback(null, outcome);
  else {
    const trailer = new Metadata();
    trailer.set(DEGRADED_HEADER, degradationText(degradations));
    callback(null, outcome, trailer);
  }
}

/** The library tells a passed deadline as a cancellation. */
function isLate(call: ServerUnaryCall<Buffer, Buffer>): boolean {
  return Number(call.getDeadline()) <= Date.now();
}
