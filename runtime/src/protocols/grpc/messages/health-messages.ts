import { Message } from '../schema/message';
import { enumeration, string } from '../schema/scalars';

/** Source: https://github.com/grpc/grpc-proto/blob/master/grpc/health/v1/health.proto */
export const SERVING_STATUS = { UNKNOWN: 0, SERVING: 1, NOT_SERVING: 2, SERVICE_UNKNOWN: 3 } as const;
export const SERVING_STATUS_NAME = 'grpc.health.v1.HealthCheckResponse.ServingStatus';

export const HealthCheckRequest = new Message('grpc.health.v1.HealthCheckRequest', { service: string(1) });
export const HealthCheckResponse = new Message('grpc.health.v1.HealthCheckResponse', {
  status: enumeration(1, SERVING_STATUS_NAME),
});
