import type { Construct } from 'constructs';
import { isUnresolved } from '../core';
import { Annotations } from '../terraform';
import type { Checker } from './checker';
import type { EndpointContext } from './context';

/** https://cloud.google.com/run/docs/deploying#images */
const REGISTRY = /^([a-z0-9-]+-docker\.pkg\.dev|([a-z]+\.)?gcr\.io|(index\.|registry-1\.)?docker\.io)\//;

export function checkImage(check: Checker, context: EndpointContext): void {
  const { image } = context.plan.runtime;
  if (image.kind === 'source') refuseSource(check, context, image.directory);
  else checkRegistry(check, image.reference);
}

function refuseSource(check: Checker, { project, region }: EndpointContext, directory: string): void {
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

function checkRegistry(check: Checker, reference: string): void {
  const registry = /^([^/]*[.:][^/]*|localhost)\//.exec(reference)?.[1];
  // Without a host it is an image of Docker Hub.
  if (isUnresolved(reference) || registry === undefined || REGISTRY.test(reference)) return;
  check.add('GCP_IMAGE_REGISTRY', 'runtime.image', {
    what: 'Cloud Run pulls from Artifact Registry, Container Registry and Docker Hub alone',
    got: reference,
    allowed: '<region>-docker.pkg.dev/<project>/<repository>/<image>@sha256:..., gcr.io/..., docker.io/...',
    remedy:
      'Push the image to Artifact Registry, or put a remote repository of Artifact Registry before the registry.',
  });
}

export function warnIfNotPinned(scope: Construct, { plan: { runtime } }: EndpointContext): void {
  if (runtime.image.kind !== 'registry' || runtime.image.pinned) return;
  Annotations.of(scope).addWarning(
    `The image ${runtime.image.reference} is not pinned by digest: a tag can be moved, and Terraform would not see it.`,
  );
}
