import {
  IntOrString,
  KubeNetworkPolicy,
  type NetworkPolicyEgressRule,
  type NetworkPolicyPort,
} from 'cdk8s-plus-32/lib/imports/k8s';
import type { Construct } from 'constructs';
import type { EndpointContext } from './context';
import { type NetworkPeer, toPolicyPeer } from './network-peer';
import { GRPC_PORT_NAME, INFERENCE_PORT_NAME, managementTarget } from './services';

/** A connection the pods may open. */
export interface AllowedEgress {
  readonly to: NetworkPeer;
  /** TCP ports. */
  readonly ports: readonly number[];
}

/** A connection that follows from the plan. */
export interface RequiredEgress {
  readonly to: NetworkPeer | 'anywhere';
  /** TCP ports; none: all. */
  readonly ports: readonly number[];
}

export interface Connections {
  readonly inferenceFrom: readonly NetworkPeer[];
  readonly managementFrom: NetworkPeer;
  readonly to: readonly AllowedEgress[];
  /** Feature stores, and servers with figures of gates. */
  readonly stores: readonly RequiredEgress[];
  /** TCP port of the model store, reached at any address; undefined: no store. */
  readonly storePort: number | undefined;
}

/** Refuses every connection but the listed ones, in both directions. */
export function networkPolicy(
  scope: Construct,
  context: EndpointContext,
  connections: Connections,
): KubeNetworkPolicy {
  const { inferenceFrom, managementFrom } = connections;
  const inferencePorts = [INFERENCE_PORT_NAME, ...(context.plan.runtime.grpc ? [GRPC_PORT_NAME] : [])];
  return new KubeNetworkPolicy(scope, 'NetworkPolicy', {
    metadata: context.metadata('', 'model-endpoint'),
    spec: {
      podSelector: { matchLabels: { ...context.selector } },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        { from: inferenceFrom.map(toPolicyPeer), ports: inferencePorts.map(tcp) },
        {
          from: [toPolicyPeer(managementFrom)],
          ports: [{ protocol: 'TCP', port: managementTarget(context) }],
        },
      ],
      egress: egress(connections),
    },
  });
}

export function egress({
  to,
  stores,
  storePort,
}: Pick<Connections, 'to' | 'stores' | 'storePort'>): NetworkPolicyEgressRule[] {
  const allowed = [
    ...to.map(({ to: peer, ports }) => ({ to: [toPolicyPeer(peer)], ports: ports.map(tcp) })),
    ...stores.map(requiredRule),
  ];
  if (storePort === undefined && allowed.length === 0) return [];
  const store = storePort === undefined ? [] : [{ ports: [tcp(storePort)] }];
  // Names are resolved wherever the cluster's DNS runs: its namespace and labels differ from cluster to cluster.
  return [{ ports: [{ ...tcp(53), protocol: 'UDP' }, tcp(53)] }, ...store, ...allowed];
}

function requiredRule({ to, ports }: RequiredEgress): NetworkPolicyEgressRule {
  return {
    to: to === 'anywhere' ? undefined : [toPolicyPeer(to)],
    ports: ports.length === 0 ? undefined : ports.map(tcp),
  };
}

function tcp(port: number | string): NetworkPolicyPort {
  return {
    protocol: 'TCP',
    port: typeof port === 'number' ? IntOrString.fromNumber(port) : IntOrString.fromString(port),
  };
}
