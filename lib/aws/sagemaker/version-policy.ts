import { createHash } from 'node:crypto';
import type { IRepository } from 'aws-cdk-lib/aws-ecr';
import { type IRole, Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { EndpointPlan } from '../../core';
import { readModelsStatement } from '../model-artifact';

/**
 * What the role needs for this version: its model and its image. A policy by its own id, since a deployment that goes
 * back starts instances of the old version again: the rights of both are there until the old one is removed.
 */
export function createVersionPolicy(
  scope: Construct,
  { models: [model], runtime }: EndpointPlan,
  parts: { readonly role: IRole; readonly modelAsset: Asset; readonly repository: IRepository | undefined },
): Policy {
  const { role, modelAsset, repository } = parts;
  const image = runtime.image.kind === 'source' ? 'source' : runtime.image.reference;
  const version = createHash('sha256').update(`${model.digest} ${image}`).digest('hex').slice(0, 8);
  const policy = new Policy(scope, `Version${version}`, { statements: [readModelsStatement([modelAsset])] });
  if (repository !== undefined) policy.addStatements(...pullStatements(repository));
  Validations.of(policy).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'ecr:GetAuthorizationToken has no resource-level permissions.',
  });
  role.attachInlinePolicy(policy);
  return policy;
}

function pullStatements({ repositoryArn }: IRepository): PolicyStatement[] {
  return [
    new PolicyStatement({
      sid: 'PullImage',
      actions: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      resources: [repositoryArn],
    }),
    new PolicyStatement({ sid: 'SignIn', actions: ['ecr:GetAuthorizationToken'], resources: ['*'] }),
  ];
}
