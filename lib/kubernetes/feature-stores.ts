import { isIP } from 'node:net';
import { type EndpointPlan, type OutboundAddress, outboundAddresses } from '../core';
import type { RequiredEgress } from './network-policy';

/** What the pods must reach to ask the stores, and the server with the figures of gates. */
export function featureStoreEgress(plan: EndpointPlan): RequiredEgress[] {
  const rules = outboundAddresses(plan).map(egressTo);
  const texts = rules.map((rule) => JSON.stringify(rule));
  return rules.filter((_, i) => texts.indexOf(texts[i]!) === i);
}

/**
 * A name that Kubernetes gave a Service tells its namespace, but not the port of the pods behind it, which a network
 * policy counts: all of the namespace is allowed. Other names are any address: policies know no names.
 */
export function egressTo({ host, port }: OutboundAddress): RequiredEgress {
  const namespace = /^[^.]+\.([^.]+)\.svc(\.cluster\.local)?$/.exec(host)?.[1];
  if (namespace !== undefined) return { to: { namespace }, ports: [] };
  const address = host.replace(/^\[|\]$/g, '');
  if (isIP(address) === 4) return { to: { cidr: `${address}/32` }, ports: [port] };
  if (isIP(address) === 6) return { to: { cidr: `${address}/128` }, ports: [port] };
  return { to: 'anywhere', ports: [port] };
}
