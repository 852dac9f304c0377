import type { Service } from '../schema/proto-file';
import { HealthCheckRequest, HealthCheckResponse } from './health-messages';

/**
 * Readiness for load balancers that read the status of a reply and not its message: OK, or UNAVAILABLE. The standard
 * service answers OK with NOT_SERVING inside. Not told by reflection: it is for no client.
 */
export const readinessService = {
  fullName: 'inferstack.Readiness',
  methods: [{ name: 'Check', request: HealthCheckRequest, response: HealthCheckResponse }],
} as const satisfies Service;
