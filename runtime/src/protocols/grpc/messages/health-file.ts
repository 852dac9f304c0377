import type { ProtoFile, Service } from '../schema/proto-file';
import {
  HealthCheckRequest,
  HealthCheckResponse,
  SERVING_STATUS,
  SERVING_STATUS_NAME,
} from './health-messages';

/** Source: https://github.com/grpc/grpc/blob/master/doc/health-checking.md */
export const healthService = {
  fullName: 'grpc.health.v1.Health',
  methods: [
    { name: 'Check', request: HealthCheckRequest, response: HealthCheckResponse },
    { name: 'Watch', request: HealthCheckRequest, response: HealthCheckResponse, responseStream: true },
  ],
} as const satisfies Service;

export const healthFile: ProtoFile = {
  name: 'grpc/health/v1/health.proto',
  package: 'grpc.health.v1',
  messages: [HealthCheckRequest, HealthCheckResponse],
  enumerations: [{ fullName: SERVING_STATUS_NAME, values: SERVING_STATUS }],
  services: [healthService],
};
