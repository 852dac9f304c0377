import { type EndpointPlan, storeAddresses } from '../core';

const HTTPS = 443;

/** Ports of feature stores that are not open anyway. */
export function featureStorePorts(plan: EndpointPlan): number[] {
  const ports = storeAddresses(plan).map(({ port }) => port);
  return [...new Set(ports)].filter((port) => port !== HTTPS).sort((a, b) => a - b);
}
