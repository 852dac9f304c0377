import { DEFAULT_ROLLOUT, DEFAULT_SCALING, type EndpointPlan, isUnresolved } from '../core';
import type { Checker } from './checker';
import type { CloudRunEndpointOptions } from './cloud-run-options';
import type { EndpointContext } from './context';
import type { Exposure } from './exposure';
import { checkImage } from './image';
import { checkAccess } from './invokers';
import { checkLimits } from './limits';
import type { ModelBucket } from './model-bucket';
import { MAX_NAME_LENGTH } from './names';
import { checkAlarms } from './notifications';

export interface EndpointParts {
  readonly options: CloudRunEndpointOptions;
  readonly exposure: Exposure;
  readonly modelBucket: ModelBucket;
}

/** Everything that can be wrong before the first resource is created. */
export function checkEndpoint(check: Checker, context: EndpointContext, parts: EndpointParts): void {
  const { options, exposure, modelBucket } = parts;
  const { plan } = context;
  // The model packages are read from disk: they hold no placeholders, and much data.
  const { models: _, ...known } = plan;
  checkNumbersKnown(check, known);
  checkNames(check, context, options);
  checkLimits(check, plan);
  checkScaling(check, plan);
  checkRollout(check, plan);
  checkPlatform(check, plan);
  checkImage(check, context);
  checkInstances(check, plan, options);
  checkAccess(check, options.access ?? {});
  checkAlarms(check, options.alarms ?? {});
  modelBucket.check(check);
  exposure.check(check);
}

/** Numbers go into queries, probes and documents, where a placeholder would be read as the number it is encoded as. */
function checkNumbersKnown(check: Checker, value: object, at = ''): void {
  for (const [key, child] of Object.entries(value)) {
    if (typeof child === 'object' && child !== null) checkNumbersKnown(check, child, `${at}${key}.`);
    if (typeof child !== 'number' || !isUnresolved(child)) continue;
    check.add('GCP_TOKEN', `${at}${key}`, {
      what: 'the number is known only at deployment',
      got: 'a placeholder',
      allowed: 'a number known at synthesis',
      remedy: 'Write the number itself, or read it from the environment of the synthesis.',
    });
  }
}

function checkNames(
  check: Checker,
  { name, project, region }: EndpointContext,
  options: CloudRunEndpointOptions,
): void {
  if (!(/^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(name) && name.length <= MAX_NAME_LENGTH)) {
    check.add('GCP_NAME', 'target.name', {
      what: 'the name is not usable for a service of Cloud Run',
      got: name,
      allowed: `a letter, then letters, digits and dashes, at most ${MAX_NAME_LENGTH} characters, known at synthesis`,
      remedy:
        options.name === undefined ? 'Set name on the target, or use shorter ids.' : 'Correct the name.',
    });
  }
  const projectId = /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/;
  check.text(
    'GCP_NAME',
    'target.project',
    project,
    projectId,
    'the id of a project, not its number: 6 to 30 characters',
  );
  check.text('GCP_NAME', 'target.region', region, /^[a-z]+-[a-z]+[0-9]+$/, 'a region such as europe-west1');
  for (const [key, value] of Object.entries(options.labels ?? {})) {
    const option = `target.labels.${key}`;
    check.text(
      'GCP_LABEL',
      option,
      key,
      /^[a-z][a-z0-9_-]{0,62}$/,
      'a key of lower-case letters, digits, _ and -',
    );
    check.text(
      'GCP_LABEL',
      option,
      value,
      /^[a-z0-9_-]{0,63}$/,
      'at most 63 lower-case letters, digits, _ and -',
    );
  }
}

/** Cloud Run adds instances by rules of its own: at 60 % of CPU or of the requests an instance takes at once. */
function checkScaling(check: Checker, { scaling }: EndpointPlan): void {
  const remedy =
    'Leave it unset: Cloud Run scales at 60 % of the CPU and of instances.concurrency, which you may lower.';
  const fixed = [
    ['cpuPercent', scaling.cpuPercent, DEFAULT_SCALING.cpuPercent],
    ['scaleOutCooldown', scaling.scaleOutCooldownSeconds, DEFAULT_SCALING.scaleOutCooldownSeconds],
    ['scaleInCooldown', scaling.scaleInCooldownSeconds, DEFAULT_SCALING.scaleInCooldownSeconds],
    ['requestsPerReplica', scaling.requestsPerReplica, null],
  ] as const;
  for (const [prop, got, usual] of fixed) {
    if (got === usual) continue;
    check.unsupported(`scaling.${prop}`, {
      what: 'Cloud Run scales by rules of its own, which have no such setting',
      got,
      allowed: usual === null ? 'unset' : `unset, or ${usual}`,
      remedy,
    });
  }
}

function checkRollout(check: Checker, { rollout }: EndpointPlan): void {
  if (rollout.strategy !== 'rolling') {
    check.unsupported('rollout', {
      what: 'this target moves all traffic to a revision once it is ready',
      got: rollout.strategy,
      allowed: 'Rollout.rolling()',
      remedy: 'Use Rollout.rolling().',
    });
  }
  if (rollout.bakeSeconds === DEFAULT_ROLLOUT.bakeSeconds || rollout.bakeSeconds === 0) return;
  check.unsupported('rollout.bake', {
    what: 'Cloud Run watches no alarms after a revision took the traffic, and does not go back by itself',
    got: `${rollout.bakeSeconds} s`,
    allowed: 'unset, or 0',
    remedy: 'Leave it unset; alarms tell the person on call, with the command that goes back.',
  });
}

function checkPlatform(check: Checker, { resources, runtime }: EndpointPlan): void {
  if (resources.architecture !== 'x86_64') {
    check.unsupported('resources.architecture', {
      what: 'Cloud Run runs images for x86_64 alone',
      got: resources.architecture,
      allowed: 'x86_64',
      remedy: 'Build the image with --platform linux/amd64 and leave resources.architecture unset.',
    });
  }
  if (!runtime.grpc) return;
  check.unsupported('runtime.grpc', {
    what: 'a service of Cloud Run has one port, which is that of HTTP',
    got: true,
    allowed: 'false',
    remedy:
      'Switch runtime.grpc off and use the Open Inference Protocol over HTTP, or choose another target.',
  });
}

function checkInstances(
  check: Checker,
  { runtime }: EndpointPlan,
  { instances }: CloudRunEndpointOptions,
): void {
  const concurrency = instances?.concurrency;
  if (concurrency === undefined) return;
  const bounds = [1, runtime.maxInFlight] as const;
  check.number('GCP_CONCURRENCY', 'target.instances.concurrency', concurrency, bounds);
}
