import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Problem } from '@inferstack/runtime/contract';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import { DockerImageAsset, Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Annotations, IgnoreMode } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Architecture, ImagePlan } from '../core';

/** What the image is built from; everything else in the folder changes without the image changing. */
const SOURCES = ['Dockerfile', 'package.json', 'npm-shrinkwrap.json', 'dist'];

const PLATFORMS: Record<Architecture, Platform> = {
  x86_64: Platform.LINUX_AMD64,
  arm64: Platform.LINUX_ARM64,
};

export type RegistryImagePlan = Extract<ImagePlan, { kind: 'registry' }>;

/** Refuses to build an image from a folder in which something is missing. */
export function checkImage({
  path: at,
  runtime: { image },
}: {
  readonly path: string;
  readonly runtime: { readonly image: ImagePlan };
}): Problem[] {
  if (image.kind !== 'source') return [];
  const missing = SOURCES.filter((source) => !existsSync(path.join(image.directory, source)));
  if (missing.length === 0) return [];
  return [
    {
      code: 'AWS_RUNTIME_SOURCE',
      at: `${at}: runtime.image`,
      what: `the folder of the runtime lacks ${missing.join(', ')}`,
      got: image.directory,
      allowed: SOURCES.join(', '),
      remedy: 'Run `npm run build` in a clone of inferstack, or use RuntimeImage.fromRegistry().',
    },
  ];
}

/** The image of the replicas. Pull rights go to the execution role when the container is added. */
export function runtimeContainerImage(
  scope: Construct,
  image: ImagePlan,
  architecture: Architecture,
  credentials: ISecret | undefined,
): ContainerImage {
  if (image.kind === 'source') {
    return ContainerImage.fromDockerImageAsset(imageFromSource(scope, image.directory, architecture));
  }
  warnIfNotPinned(scope, image);
  const ecr = parseEcrReference(image.reference);
  if (ecr === undefined) return ContainerImage.fromRegistry(image.reference, { credentials });
  const repository = Repository.fromRepositoryAttributes(scope, 'Repository', ecr);
  return ContainerImage.fromEcrRepository(repository, ecr.version);
}

/** The image, built at deployment and pushed to the assets repository. */
export function imageFromSource(
  scope: Construct,
  directory: string,
  architecture: Architecture,
): DockerImageAsset {
  return new DockerImageAsset(scope, 'Image', {
    directory,
    platform: PLATFORMS[architecture],
    ignoreMode: IgnoreMode.DOCKER,
    exclude: ['*', ...SOURCES.map((source) => `!${source}`), '**/*.d.ts'],
  });
}

export function warnIfNotPinned(scope: Construct, image: RegistryImagePlan): void {
  if (image.pinned) return;
  Annotations.of(scope).addWarningV2(
    'inferstack/aws:imageNotPinned',
    `The image ${image.reference} is not pinned by digest: a tag can be moved, and then replicas differ.`,
  );
}

/** An ECR reference taken apart, so that pulling is granted on that repository alone; undefined for others. */
export function parseEcrReference(reference: string) {
  const match =
    /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?\/([a-z0-9._/-]+)[:@]([\w.:-]+)$/.exec(
      reference,
    );
  if (match === null) return undefined;
  const [, account, region, china, repositoryName, version] = match;
  const partition = china ? 'aws-cn' : region!.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
  return {
    repositoryArn: `arn:${partition}:ecr:${region}:${account}:repository/${repositoryName}`,
    repositoryName: repositoryName!,
    version: version!,
  };
}
