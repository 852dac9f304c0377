import type { NetworkPolicyPeer } from 'cdk8s-plus-32/lib/imports/k8s';
import type { Checker } from './checker';

/** Pods or addresses at the other end of a connection: by namespace, by labels, by both, or by address range. */
export interface NetworkPeer {
  /** Name of a namespace. @default - the endpoint's own namespace, or any address in `cidr` */
  readonly namespace?: string;
  /** Labels of the pods. @default - every pod of the namespace */
  readonly podLabels?: Readonly<Record<string, string>>;
  /** Address range, for what is outside the cluster: `10.0.0.0/8`. Stands alone. @default - pods, not addresses */
  readonly cidr?: string;
}

const CIDR = /^([\d.]+\/\d{1,2}|[0-9a-f:]+\/\d{1,3})$/i;

export function checkPeer(check: Checker, option: string, peer: NetworkPeer): void {
  const { namespace, podLabels, cidr } = peer;
  if (namespace !== undefined) check.labelName(`${option}.namespace`, namespace);
  const pods = namespace !== undefined || Object.keys(podLabels ?? {}).length > 0;
  if (pods !== (cidr !== undefined) && (cidr === undefined || CIDR.test(cidr))) return;
  check.add('KUBERNETES_PEER', option, {
    what: pods ? 'a peer is either pods or an address range' : 'the peer selects nothing',
    got: peer,
    allowed: '{namespace}, {podLabels}, {namespace, podLabels} or {cidr}',
    remedy: 'Name the namespace or labels of the pods, or the address range, that may connect.',
  });
}

export function toPolicyPeer({ namespace, podLabels, cidr }: NetworkPeer): NetworkPolicyPeer {
  if (cidr !== undefined) return { ipBlock: { cidr } };
  return {
    // Every namespace carries its own name as a label since Kubernetes 1.22.
    namespaceSelector:
      namespace === undefined ? undefined : { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
    podSelector: podLabels === undefined ? undefined : { matchLabels: { ...podLabels } },
  };
}
