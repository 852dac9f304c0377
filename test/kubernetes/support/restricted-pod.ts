import { at } from './manifest';

// https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
const VOLUMES = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

/** What of a pod the restricted Pod Security Standard would not admit. */
export function restrictedViolations(pod: Record<string, unknown>): string[] {
  const found: string[] = [];
  const demand = (name: string, holds: boolean) => holds || found.push(name);
  for (const host of ['hostNetwork', 'hostPID', 'hostIPC']) demand(host, pod[host] === undefined);
  demand('runAsNonRoot', at(pod, 'securityContext.runAsNonRoot') === true);
  demand('runAsUser', at(pod, 'securityContext.runAsUser') !== 0);
  demand('seccomp', at(pod, 'securityContext.seccompProfile.type') === 'RuntimeDefault');
  demand('initContainers', pod.initContainers === undefined);
  for (const container of pod.containers as { ports: { hostPort?: number }[] }[]) {
    const context = at(container, 'securityContext');
    demand('privileged', at(context, 'privileged') === undefined);
    demand('privilege escalation', at(context, 'allowPrivilegeEscalation') === false);
    demand('capabilities', JSON.stringify(at(context, 'capabilities')) === '{"drop":["ALL"]}');
    demand(
      'hostPort',
      container.ports.every((port) => port.hostPort === undefined),
    );
  }
  const kinds = (pod.volumes as object[])
    .flatMap((volume) => Object.keys(volume))
    .filter((key) => key !== 'name');
  demand(
    'volumes',
    kinds.every((kind) => VOLUMES.includes(kind)),
  );
  return found;
}
