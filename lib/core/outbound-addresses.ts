import type { EndpointPlan } from './plan';

/** Where a server listens that replicas connect to. */
export interface OutboundAddress {
  readonly host: string;
  readonly port: number;
}

const ADDRESS = /^(https?):\/\/(\[[^\]]*\]|.+?)(?::(\d+))?(?:\/.*)?$/;

/** Base addresses of what replicas ask by themselves: feature stores, and servers with the figures of gates. */
export function outboundUrls({ runtime }: EndpointPlan): string[] {
  const stores = runtime.features.map(({ lookup }) => lookup.source.url);
  const gates = runtime.rollouts.flatMap(({ gates }) => gates);
  const figures = gates.flatMap((gate) => (gate.metric === 'prometheus' ? [gate.url] : []));
  return [...stores, ...figures];
}

/**
 * The same as hosts and ports. A host may be a placeholder of the tool; a whole address that is one tells nothing, and is
 * left out.
 */
export function outboundAddresses(plan: EndpointPlan): OutboundAddress[] {
  return outboundUrls(plan).flatMap((url) => {
    const match = ADDRESS.exec(url);
    if (match === null) return [];
    const [, scheme, host, port] = match;
    return [{ host: host!, port: Number(port ?? (scheme === 'https' ? 443 : 80)) }];
  });
}
