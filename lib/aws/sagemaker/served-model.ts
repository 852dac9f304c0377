import type { RuntimeConfig } from '@inferstack/runtime/contract';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { CfnModel } from 'aws-cdk-lib/aws-sagemaker';
import type { Construct } from 'constructs';
import { packagePath } from '../../core';
import { warnIfStoresUnreachable } from '../feature-stores';
import { createModelArtifacts } from '../model-artifact';
import { taskSecurityGroups } from '../network';
import { containerEnvironment, sageMakerConfig } from './container-environment';
import type { EndpointContext } from './create-endpoint';
import { grantCapture } from './data-capture';
import { createExecutionRole, grantExecution } from './execution-role';
import { createModelImage, imageConfig } from './model-image';
import { createVersionPolicy } from './version-policy';
import { warnIfUnreachable } from './vpc-endpoints';

export interface ServedModel {
  readonly model: CfnModel;
  readonly modelAsset: Asset;
  readonly config: RuntimeConfig;
  readonly role: IRole;
  readonly securityGroups: readonly ISecurityGroup[];
}

/** What a replica is: model, image, configuration, network, rights. */
export function createServedModel(
  scope: Construct,
  { plan, options, network, name }: EndpointContext,
  watched: { readonly logGroup: ILogGroup; readonly alarms: readonly Alarm[] },
): ServedModel {
  const image = createModelImage(scope, plan);
  warnIfUnreachable(scope, network, image);
  warnIfStoresUnreachable(scope, plan, network);
  const [modelAsset] = createModelArtifacts(scope, plan.models) as [Asset];
  const securityGroups = taskSecurityGroups(scope, network, plan);
  const { subnets } = network.vpc.selectSubnets(network.options.subnets ?? network.privateSubnets);

  const role = options.role ?? createExecutionRole(scope);
  const rights = [
    createVersionPolicy(scope, plan, { role, modelAsset, repository: image.repository }),
    ...grantExecution(role, { ...watched, subnets, securityGroups }),
  ];
  if (options.dataCapture !== undefined) grantCapture(options.dataCapture, name, role);

  const config = sageMakerConfig(plan);
  const model = new CfnModel(scope, 'ServedModel', {
    executionRoleArn: role.roleArn,
    enableNetworkIsolation: options.network?.isolation ?? true,
    primaryContainer: {
      image: image.uri,
      imageConfig: imageConfig(image),
      // Not modelDataUrl: it demands the suffix .tar.gz, and assets are named by their last suffix alone.
      modelDataSource: {
        s3DataSource: {
          s3Uri: modelAsset.s3ObjectUrl,
          s3DataType: 'S3Object',
          compressionType: 'Gzip',
        },
      },
      environment: containerEnvironment(config),
    },
    vpcConfig: {
      subnets: subnets.map(({ subnetId }) => subnetId),
      securityGroupIds: securityGroups.map(({ securityGroupId }) => securityGroupId),
    },
  });
  const [served] = plan.models;
  model.tags.setTag('inferstack:model', packagePath(served));
  model.tags.setTag('inferstack:digest', served.digest);
  // SageMaker reads model and image with the role at once; the policy of a role is made after the role.
  model.node.addDependency(...rights);
  return { model, modelAsset, config, role, securityGroups };
}
