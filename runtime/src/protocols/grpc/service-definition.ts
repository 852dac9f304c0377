import type { ServiceDefinition } from '@grpc/grpc-js';
import { methodPath, type Service } from './schema/proto-file';

const asIs = (bytes: Buffer): Buffer => bytes;

/**
 * A service whose messages stay bytes for the library: bytes that cannot be decoded are the caller's fault, which the
 * library would report as INTERNAL.
 */
export function serviceDefinition(service: Service): ServiceDefinition {
  return Object.fromEntries(
    service.methods.map((method) => [
      method.name,
      {
        path: methodPath(service, method),
        requestStream: method.requestStream ?? false,
        responseStream: method.responseStream ?? false,
        requestSerialize: asIs,
        requestDeserialize: asIs,
        responseSerialize: asIs,
        responseDeserialize: asIs,
      },
    ]),
  );
}
