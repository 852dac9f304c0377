import type { Chart } from 'cdk8s';
import { type EndpointPlan, type ImagePlan, secretsElsewhere } from '../core';
import type { Checker } from './checker';
import { type EndpointContext, MAX_NAME_LENGTH } from './context';
import { bakesInDeployment } from './deployment';
import type { SharedEndpointOptions, SharedOptions } from './kubernetes-options';
import { checkNamespace } from './namespace';
import { checkPeer } from './network-peer';
import { ARCH_LABEL } from './pod';
import type { PodOptions } from './pod-options';
import type { Refusal } from './rollout-engine';
import { refuseTokens } from './tokens';

/** Everything that can be wrong before the first object is created, whoever creates the pods. */
export function checkShared(
  check: Checker,
  chart: Chart,
  context: EndpointContext,
  given: SharedEndpointOptions,
  options: SharedOptions,
  refused: readonly Refusal[],
): void {
  // The model packages are read from disk: they hold no tokens, and much data.
  const { models: _, ...plan } = context.plan;
  refuseTokens(check, 'plan', plan);
  refuseTokens(check, 'target', given);
  checkName(check, context.name, given.name);
  checkNamespace(check, chart, context.namespace, given.createNamespace ?? false);
  for (const { prop, finding } of refused) check.unsupported(prop, finding);
  checkImage(check, context.plan);
  checkPod(check, options.pod);
  for (const { prop, finding } of secretsElsewhere(context.plan, 'kubernetes'))
    check.unsupported(prop, finding);
  options.allowFrom?.forEach((peer, i) => {
    checkPeer(check, `target.network.allowFrom[${i}]`, peer);
  });
  options.allowTo.forEach(({ to, ports }, i) => {
    checkPeer(check, `target.network.allowTo[${i}].to`, to);
    ports.forEach((port, j) => {
      checkPort(check, `target.network.allowTo[${i}].ports[${j}]`, port);
    });
  });
  options.model.check(check, context);
  options.autoscaler.check(check, context);
  options.monitoring.check(check, context);
}

export function checkName(
  check: Checker,
  name: string,
  given: string | undefined,
  longest = MAX_NAME_LENGTH,
): void {
  // A Service begins with a letter (RFC 1035).
  if (/^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(name) && name.length <= longest) return;
  check.add('KUBERNETES_NAME', 'target.name', {
    what: 'the name is not usable with the suffixes of the resources (up to -config-12345678)',
    got: name,
    allowed: `a letter, then letters, digits and dashes, at most ${longest} characters`,
    remedy: given === undefined ? 'Set name on the target, or use shorter ids.' : 'Correct the name.',
  });
}

/** A Deployment of our own bakes within its deadline. */
export function checkRolloutTimes(check: Checker, { rollout }: EndpointPlan): void {
  const { bakeSeconds, timeoutSeconds } = rollout;
  if (!bakesInDeployment(rollout) || bakeSeconds < timeoutSeconds) return;
  check.add('KUBERNETES_ROLLOUT_TIMES', 'rollout', {
    what: `timeout (${timeoutSeconds}s) must be greater than bake (${bakeSeconds}s): a Deployment's deadline runs while it bakes`,
    got: `${timeoutSeconds} s`,
    allowed: `more than ${bakeSeconds} s`,
    remedy: 'Raise rollout.timeout or lower rollout.bake.',
  });
}

export function checkImage(
  check: Checker,
  { runtime: { image } }: { readonly runtime: { readonly image: ImagePlan } },
  prop = 'runtime.image',
): void {
  if (image.kind === 'registry') return;
  check.unsupported(prop, {
    what: 'Kubernetes manifests cannot build an image',
    got: 'RuntimeImage.fromSource()',
    allowed: 'RuntimeImage.fromRegistry(reference)',
    remedy:
      `Build and push it once: docker build -t registry.example.com/inferstack/runtime:1 ${image.directory} ` +
      '&& docker push registry.example.com/inferstack/runtime:1; then give the reference with the digest that ' +
      'push reports to RuntimeImage.fromRegistry.',
  });
}

export function checkPod(check: Checker, pod: PodOptions): void {
  pod.imagePullSecrets?.forEach((name, i) => {
    check.objectName(`target.pod.imagePullSecrets[${i}]`, name);
  });
  if (pod.priorityClassName !== undefined) {
    check.objectName('target.pod.priorityClassName', pod.priorityClassName);
  }
  const arch = pod.nodeSelector?.[ARCH_LABEL];
  if (arch === undefined) return;
  check.add('KUBERNETES_OPTION', `target.pod.nodeSelector`, {
    what: 'the architecture of the nodes follows from that of the image',
    got: { [ARCH_LABEL]: arch },
    allowed: 'other labels',
    remedy: 'Set resources.architecture instead.',
  });
}

export function checkPort(check: Checker, option: string, port: number): void {
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return;
  check.add('KUBERNETES_OPTION', option, {
    what: 'not a TCP port',
    got: port,
    allowed: 'a whole number, 1 to 65535',
    remedy: 'Correct the port.',
  });
}
