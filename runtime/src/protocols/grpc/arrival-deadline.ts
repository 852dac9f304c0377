import { ServerInterceptingCall, type ServerInterceptor } from '@grpc/grpc-js';
import { RequestError } from '../../errors';
import { requestId } from './request-id';
import { callStatus } from './status';

/**
 * Ends calls whose message does not arrive in time: without it a caller that stops half way holds its stream and what
 * was buffered of it for ever. Streams of messages may be slow.
 */
export function arrivalDeadline(timeoutMs: number): ServerInterceptor {
  return (method, call) => {
    if (method.requestStream) return new ServerInterceptingCall(call);
    let timer: NodeJS.Timeout | undefined;
    const stop = () => clearTimeout(timer);
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, proceed) => {
            timer = setTimeout(() => {
              const error = new RequestError('REQUEST_BODY_TIMEOUT', 'The message did not arrive in time.');
              call.sendStatus(callStatus(error, requestId(metadata)));
            }, timeoutMs);
            proceed(metadata);
          },
          onReceiveHalfClose: (proceed) => {
            stop();
            proceed();
          },
          onCancel: stop,
        }),
    });
  };
}
