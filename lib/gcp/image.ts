import type { Construct } from 'constructs';
import { type ImagePlan, isUnresolved } from '../core';
import { Annotations } from '../terraform';
import type { Checker } from './checker';
import type { Place } from './context';

/** The registries a platform pulls from. */
export interface ImageRules {
  readonly registry: RegExp;
  /** Whether a reference without a host, which is one of Docker Hub, is pulled. */
  readonly dockerHub: boolean;
  /** `Cloud Run pulls from ... alone` */
  readonly what: string;
  readonly allowed: string;
}

/** https://cloud.google.com/run/docs/deploying#images */
export const CLOUD_RUN_IMAGES: ImageRules = {
  registry: /^([a-z0-9-]+-docker\.pkg\.dev|([a-z]+\.)?gcr\.io|(index\.|registry-1\.)?docker\.io)\//,
  dockerHub: true,
  what: 'Cloud Run pulls from Artifact Registry, Container Registry and Docker Hub alone',
  allowed: '<region>-docker.pkg.dev/<project>/<repository>/<image>@sha256:..., gcr.io/..., docker.io/...',
};

/** A place, and the image of what is to run there. */
interface Imaged extends Place {
  readonly plan: { readonly runtime: { readonly image: ImagePlan } };
}

export function checkImage(check: Checker, context: Imaged, rules: ImageRules): void {
  const { image } = context.plan.runtime;
  if (image.kind === 'source') refuseSource(check, context, image.directory);
  else checkRegistry(check, image.reference, rules);
}

function refuseSource(check: Checker, { project, region }: Place, directory: string): void {
  const reference = `${region}-docker.pkg.dev/${project}/inferstack/runtime:1`;
  check.unsupported('runtime.image', {
    what: 'Terraform cannot build an image',
    got: 'RuntimeImage.fromSource()',
    allowed: 'RuntimeImage.fromRegistry(reference)',
    remedy:
      `Build and push it once: gcloud artifacts repositories create inferstack --repository-format docker ` +
      `--location ${region} --project ${project}; gcloud builds submit ${directory} --tag ${reference} ` +
      `--project ${project} (or docker build --platform linux/amd64 -t ${reference} ${directory} && docker push ` +
      `${reference}); then give the reference with the digest that is printed to RuntimeImage.fromRegistry.`,
  });
}

function checkRegistry(check: Checker, reference: string, rules: ImageRules): void {
  const registry = /^([^/]*[.:][^/]*|localhost)\//.exec(reference)?.[1];
  const pulled = registry === undefined ? rules.dockerHub : rules.registry.test(reference);
  if (isUnresolved(reference) || pulled) return;
  check.add('GCP_IMAGE_REGISTRY', 'runtime.image', {
    what: rules.what,
    got: reference,
    allowed: rules.allowed,
    remedy:
      'Push the image to Artifact Registry, or put a remote repository of Artifact Registry before the registry.',
  });
}

export function warnIfNotPinned(scope: Construct, { plan: { runtime } }: Pick<Imaged, 'plan'>): void {
  if (runtime.image.kind !== 'registry' || runtime.image.pinned) return;
  Annotations.of(scope).addWarning(
    `The image ${runtime.image.reference} is not pinned by digest: a tag can be moved, and Terraform would not see it.`,
  );
}

/** The image of a checked plan. */
export function imageReference({ runtime: { image } }: Imaged['plan']): string {
  if (image.kind !== 'registry') throw new Error('a source image passed the checks');
  return image.reference;
}
