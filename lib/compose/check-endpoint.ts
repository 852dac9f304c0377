import { type EndpointPlan, refusedRollout, secretsElsewhere } from '../core';
import { checkAlerts } from './alerts';
import { checkScaling } from './check-scaling';
import type { Checker } from './checker';
import { ComposeService } from './compose-elements';
import type { ComposeEndpointOptions } from './compose-options';
import type { ComposeProject } from './compose-project';
import { type EndpointContext, MAX_NAME_LENGTH } from './context';
import type { Exposure } from './exposure';
import type { ModelDelivery } from './model-delivery';
import { checkImage } from './runtime-build';
import { refuseTokens } from './tokens';

/** Memory HAProxy does not start without. */
const LEAST_BALANCER_MIB = 64;

/** Everything that can be wrong before the first service is created. */
export function checkEndpoint(
  check: Checker,
  project: ComposeProject,
  context: EndpointContext,
  given: ComposeEndpointOptions,
  parts: { readonly model: ModelDelivery; readonly exposure: Exposure },
): void {
  const { plan } = context;
  // The model packages are read from disk: they hold no tokens, and much data.
  const { models: _, ...rest } = plan;
  refuseTokens(check, 'plan', rest);
  refuseTokens(check, 'target', given);
  checkName(check, context.name, given.name);
  checkTaken(check, project, context);
  checkScaling(check, plan.scaling);
  checkRollout(check, plan);
  checkImage(check, plan.runtime.image);
  for (const { prop, finding } of secretsElsewhere(plan, 'compose')) check.unsupported(prop, finding);
  checkAlerts(check, context);
  checkContainers(check, given);
  parts.model.check(check);
  parts.exposure.check(check);
  checkPorts(check, project, parts.exposure);
}

function checkName(check: Checker, name: string, given: string | undefined): void {
  if (/^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(name) && name.length <= MAX_NAME_LENGTH) return;
  check.add('COMPOSE_NAME', 'target.name', {
    what: 'the name is not usable as a host name with the suffixes of the services and networks',
    got: name,
    allowed: `a letter, then letters, digits and dashes, at most ${MAX_NAME_LENGTH} characters`,
    remedy: given === undefined ? 'Set name on the target, or use shorter ids.' : 'Correct the name.',
  });
}

/** `digits` and `digits-1` would both want a service `digits-1`. */
function checkTaken(check: Checker, project: ComposeProject, context: EndpointContext): void {
  const taken = new Set(services(project).map(({ name }) => name));
  const wanted = [context.name, ...context.replicas, context.surge];
  const clash = wanted.find((name) => taken.has(name));
  if (clash === undefined) return;
  check.add('COMPOSE_NAME', 'target.name', {
    what: `the project has a service ${clash} already`,
    got: context.name,
    allowed: 'a name of its own for each endpoint',
    remedy: 'Set another name on the target.',
  });
}

function checkRollout(check: Checker, plan: EndpointPlan): void {
  for (const { prop, finding } of refusedRollout(plan)) check.unsupported(prop, finding);
}

function checkContainers(check: Checker, { balancer = {}, logs = {} }: ComposeEndpointOptions): void {
  const { image, user, memoryMiB } = balancer;
  if (image !== undefined) check.image('target.balancer.image', image);
  if (memoryMiB !== undefined)
    check.whole('target.balancer.memoryMiB', memoryMiB, LEAST_BALANCER_MIB, 1_048_576);
  if (logs.maxSizeMiB !== undefined) check.whole('target.logs.maxSizeMiB', logs.maxSizeMiB, 1, 1_048_576);
  if (logs.maxFiles !== undefined) check.whole('target.logs.maxFiles', logs.maxFiles, 1, 1000);
  if (user === undefined || /^[1-9]\d{0,8}:[1-9]\d{0,8}$/.test(user)) return;
  check.add('COMPOSE_OPTION', 'target.balancer.user', {
    what: 'not a user and group by number, or root',
    got: user,
    allowed: '<user>:<group>, both above 0',
    remedy: 'Write the numbers of a user that can read the certificate.',
  });
}

/** One port of the host cannot be published twice; on different addresses it can. */
function checkPorts(check: Checker, project: ComposeProject, exposure: Exposure): void {
  const taken = services(project).flatMap(({ definition }) => definition.ports ?? []);
  for (const { published, host_ip } of exposure.bind().ports) {
    const other = taken.find((port) => port.published === published && overlap(port.host_ip, host_ip));
    if (other === undefined) continue;
    check.add('COMPOSE_PORT', 'target.exposure', {
      what: `port ${published} of the host is published by another service of the project`,
      got: `${host_ip}:${published}`,
      allowed: 'a port of its own for each endpoint',
      remedy: 'Set another port on the exposure.',
    });
  }
}

const ANY_ADDRESS = ['0.0.0.0', '::', undefined];

function overlap(a: string | undefined, b: string | undefined): boolean {
  return a === b || ANY_ADDRESS.includes(a) || ANY_ADDRESS.includes(b);
}

function services(project: ComposeProject): ComposeService[] {
  return project.node.findAll().filter((element) => element instanceof ComposeService);
}
