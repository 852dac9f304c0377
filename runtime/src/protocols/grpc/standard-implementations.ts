import {
  type handleUnaryCall,
  type ServerDuplexStream,
  type ServerWritableStream,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import type { HealthCalls } from './calls/health-calls';
import type { ReflectionCalls } from './calls/reflection-calls';
import { HealthCheckRequest, HealthCheckResponse, SERVING_STATUS } from './messages/health-messages';
import type { ReflectionMessages } from './messages/reflection-messages';
import { WireError } from './wire/wire-error';

/** What answers each method of grpc.health.v1.Health. */
export function healthImplementation(health: HealthCalls): UntypedServiceImplementation {
  const check: handleUnaryCall<Buffer, Buffer> = (call, callback) => {
    const service = watchedService(call.request);
    if (service === undefined) return callback(UNREADABLE);
    const serving = health.check(service);
    if (serving !== undefined) return callback(null, HealthCheckResponse.encode({ status: serving }));
    return callback({ code: status.NOT_FOUND, details: `There is no service ${service} here.` });
  };
  return {
    Check: check,
    Watch: (call: ServerWritableStream<Buffer, Buffer>) => {
      const service = watchedService(call.request);
      if (service === undefined) call.emit('error', UNREADABLE);
      else health.watch(call, service);
    },
  };
}

/** What answers inferstack.Readiness. */
export function readinessImplementation(health: HealthCalls): UntypedServiceImplementation {
  const check: handleUnaryCall<Buffer, Buffer> = (_call, callback) => {
    const serving = health.check('')!;
    if (serving === SERVING_STATUS.SERVING) callback(null, HealthCheckResponse.encode({ status: serving }));
    else callback({ code: status.UNAVAILABLE, details: 'This server is not ready.' });
  };
  return { Check: check };
}

const UNREADABLE = {
  code: status.INVALID_ARGUMENT,
  details: 'REQUEST_SYNTAX: The message is not a valid HealthCheckRequest.',
};

function watchedService(bytes: Buffer): string | undefined {
  try {
    return HealthCheckRequest.decode(bytes).service;
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

/** What answers the one method of ServerReflection, in either version. */
export function reflectionImplementation(
  reflection: ReflectionCalls,
  messages: ReflectionMessages,
): UntypedServiceImplementation {
  return {
    ServerReflectionInfo: (call: ServerDuplexStream<Buffer, Buffer>) => reflection.serve(call, messages),
  };
}
