import { type IRepository, Repository } from 'aws-cdk-lib/aws-ecr';
import type { CfnModel } from 'aws-cdk-lib/aws-sagemaker';
import type { Construct } from 'constructs';
import type { EndpointPlan } from '../../core';
import { imageFromSource, parseEcrReference, warnIfNotPinned } from '../runtime-container-image';

/** The image as SageMaker names it. */
export interface ModelImage {
  readonly uri: string;
  /** Where pulling is granted; undefined for registries other than ECR, which are reached through the VPC. */
  readonly repository: IRepository | undefined;
}

export function createModelImage(scope: Construct, { runtime, resources }: EndpointPlan): ModelImage {
  const { image } = runtime;
  if (image.kind === 'source') {
    const { imageUri, repository } = imageFromSource(scope, image.directory, resources.architecture);
    return { uri: imageUri, repository };
  }
  warnIfNotPinned(scope, image);
  const ecr = parseEcrReference(image.reference);
  const repository = ecr && Repository.fromRepositoryAttributes(scope, 'Repository', ecr);
  return { uri: image.reference, repository };
}

/**
 * undefined for ECR, where SageMaker pulls by itself.
 * Source: https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-containers-inference-private.html
 */
export function imageConfig({ repository }: ModelImage): CfnModel.ImageConfigProperty | undefined {
  return repository === undefined ? { repositoryAccessMode: 'Vpc' } : undefined;
}
