import {
  DEFAULT_SCALING,
  type EndpointPlan,
  refusedRollout,
  refusedSecrets,
  unnamedModels,
} from '../../core';
import { checkLabels, checkName, checkNumbersKnown, checkPlace } from '../check-common';
import type { Checker } from '../checker';
import type { EndpointContext } from '../context';
import { checkImage, type ImageRules } from '../image';
import { checkServiceAccount } from '../invokers';
import { checkKey, type ModelBucket } from '../model-bucket';
import { checkAlarms } from '../notifications';
import type { VertexExposure } from './vertex-exposure';
import { checkVertexLimits } from './vertex-limits';
import type { VertexEndpointOptions } from './vertex-options';

export interface VertexParts {
  readonly options: VertexEndpointOptions;
  readonly exposure: VertexExposure;
  readonly modelBucket: ModelBucket;
}

/** https://cloud.google.com/vertex-ai/docs/reference/rest/v1/ModelContainerSpec (imageUri) */
const VERTEX_IMAGES: ImageRules = {
  registry: /^([a-z0-9-]+-docker\.pkg\.dev|([a-z]+\.)?gcr\.io)\//,
  dockerHub: false,
  what: 'Vertex AI pulls from Artifact Registry and Container Registry alone',
  allowed: '<region>-docker.pkg.dev/<project>/<repository>/<image>@sha256:..., gcr.io/...',
};

/** Everything that can be wrong before the first resource is created. */
export function checkVertex(check: Checker, context: EndpointContext, parts: VertexParts): void {
  const { options, exposure, modelBucket } = parts;
  const { plan } = context;
  checkNumbersKnown(check, plan);
  checkName(check, context, options.name, 'an endpoint of Vertex AI');
  checkPlace(check, context);
  checkLabels(check, options.labels ?? {});
  checkVertexLimits(check, plan, options.machineSeries ?? 'e2');
  checkScaling(check, plan);
  checkPlatform(check, plan);
  checkContracts(check, plan);
  checkSecrets(check, plan);
  checkAdapters(check, plan);
  checkImage(check, context, VERTEX_IMAGES);
  checkServiceAccount(check, 'target.serviceAccount', options.serviceAccount);
  checkKey(check, 'target.encryptionKey', options.encryptionKey);
  checkAlarms(check, options.alarms ?? {});
  modelBucket.check(check);
  exposure.check(check);
}

/** Variables of a deployed model are plain text, for everyone who may look at it, and there are no volumes. */
function checkSecrets(check: Checker, plan: EndpointPlan): void {
  const what = 'Vertex AI brings no secrets to the containers of a model';
  for (const { prop, finding } of refusedSecrets(plan, what, 'CloudRunEndpoint'))
    check.unsupported(prop, finding);
}

/** Vertex AI scales on targets, looks back for five minutes, and has no cooldowns to set. */
function checkScaling(check: Checker, { scaling }: EndpointPlan): void {
  const remedy = 'Leave it unset: Vertex AI takes the highest need of the last five minutes.';
  for (const prop of ['scaleOutCooldown', 'scaleInCooldown'] as const) {
    const usual = DEFAULT_SCALING[`${prop}Seconds`];
    const got = scaling[`${prop}Seconds`];
    if (got === usual) continue;
    const what = 'Vertex AI adds and removes replicas at times of its own';
    check.unsupported(`scaling.${prop}`, { what, got, allowed: `unset, or ${usual}`, remedy });
  }
  if (scaling.minReplicas < 1) {
    check.unsupported('scaling.minReplicas', {
      what: 'an endpoint of Vertex AI keeps one replica at least',
      got: scaling.minReplicas,
      allowed: '1 or more',
      remedy: 'Set minReplicas to 1, or use CloudRunEndpoint, which scales to zero.',
    });
  }
  const { requestsPerReplica } = scaling;
  if (requestsPerReplica === null || Number.isInteger(requestsPerReplica * 60)) return;
  check.add('GCP_REPLICAS', 'scaling.requestsPerReplica', {
    what: 'Vertex AI counts whole requests a minute',
    got: requestsPerReplica,
    allowed: 'a number of requests per second that makes a whole number a minute',
    remedy: `Use ${Math.max(1, Math.round(requestsPerReplica * 60))}/60.`,
  });
}

function checkPlatform(check: Checker, plan: EndpointPlan): void {
  const { resources, runtime } = plan;
  if (resources.architecture !== 'x86_64') {
    check.unsupported('resources.architecture', {
      what: 'the machines offered run images for x86_64 alone',
      got: resources.architecture,
      allowed: 'x86_64',
      remedy: 'Build the image with --platform linux/amd64 and leave resources.architecture unset.',
    });
  }
  for (const { prop, finding } of refusedRollout(plan)) check.unsupported(prop, finding);
  if (!runtime.grpc) return;
  check.unsupported('runtime.grpc', {
    what: 'Vertex AI sends requests to one port of the container, which is that of HTTP',
    got: true,
    allowed: 'false',
    remedy: 'Switch runtime.grpc off and call the endpoint over HTTP, or choose another target.',
  });
}

function checkAdapters(check: Checker, { runtime }: EndpointPlan): void {
  if (runtime.adapters.length === 0) return;
  check.unsupported('runtime.adapters', {
    what: 'Vertex AI forwards requests to one route of the container, that of its own contract',
    got: runtime.adapters.map(({ path }) => path),
    allowed: 'unset',
    remedy: 'Leave it unset, or choose CloudRunEndpoint.',
  });
}

function checkContracts(check: Checker, plan: EndpointPlan): void {
  const { runtime } = plan;
  const names = unnamedModels(plan);
  if (names.length > 1) {
    check.unsupported('model', {
      what: 'the route that Vertex AI forwards does not say which model it means',
      got: names,
      allowed: 'one model, in any number of versions',
      remedy: 'Serve each by an endpoint of its own, or all of them by CloudRunEndpoint.',
    });
  }
  const others = runtime.contracts.filter((contract) => contract !== 'vertex');
  if (others.length === 0) return;
  check.unsupported('runtime.contracts', {
    what: 'Vertex AI forwards requests to one route of the container, in the form of its own contract',
    got: others,
    allowed: "unset, or ['vertex']",
    remedy:
      'Leave it unset: the contract vertex is always answered. For other contracts choose CloudRunEndpoint.',
  });
}
