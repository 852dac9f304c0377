import { DEFAULT_SCALING, type EndpointPlan, secretsElsewhere } from '../core';
import { checkLabels, checkName, checkNumbersKnown, checkPlace } from './check-common';
import { checkPaths } from './check-paths';
import type { Checker } from './checker';
import type { CloudRunEndpointOptions } from './cloud-run-options';
import type { EndpointContext } from './context';
import type { Exposure } from './exposure';
import { CLOUD_RUN_IMAGES, checkImage } from './image';
import { checkAccess } from './invokers';
import { checkLimits } from './limits';
import type { ModelBucket } from './model-bucket';
import { checkAlarms } from './notifications';
import { checkRollout } from './rollout/check-rollout';
import { movesTraffic } from './rollout/moves-traffic';

export interface EndpointParts {
  readonly options: CloudRunEndpointOptions;
  readonly exposure: Exposure;
  readonly modelBucket: ModelBucket;
}

/** Everything that can be wrong before the first resource is created. */
export function checkEndpoint(check: Checker, context: EndpointContext, parts: EndpointParts): void {
  const { options, exposure, modelBucket } = parts;
  const { plan } = context;
  checkNumbersKnown(check, plan);
  checkName(check, context, options.name, 'a service of Cloud Run');
  checkPlace(check, context);
  checkLabels(check, options.labels ?? {});
  checkLimits(check, plan);
  checkScaling(check, plan);
  checkRollout(check, context, options);
  checkPlatform(check, plan);
  for (const { prop, finding } of secretsElsewhere(plan, 'gcp')) check.unsupported(prop, finding);
  checkPaths(check, plan);
  checkImage(check, context, CLOUD_RUN_IMAGES);
  checkInstances(check, plan, options);
  checkAccess(check, options.access ?? {});
  checkAlarms(check, options.alarms ?? {}, movesTraffic(plan) ? 1 : 0);
  modelBucket.check(check);
  exposure.check(check);
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
