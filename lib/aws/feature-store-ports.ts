import { type EndpointPlan, outboundAddresses } from '../core';

const HTTPS = 443;

/** Ports of feature stores, and of servers with the figures of gates, that are not open anyway. */
export function featureStorePorts(plan: EndpointPlan): number[] {
  const ports = outboundAddresses(plan).map(({ port }) => port);
  return [...new Set(ports)].filter((port) => port !== HTTPS).sort((a, b) => a - b);
}
