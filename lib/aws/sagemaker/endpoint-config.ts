import { CfnEndpointConfig, type CfnModel } from 'aws-cdk-lib/aws-sagemaker';
import type { Construct } from 'constructs';
import type { EndpointContext } from './create-endpoint';
import { dataCaptureConfig } from './data-capture';
import { volumeGiB } from './limits';
import { VARIANT } from './sagemaker-metrics';

/** Where and how the model is served. */
export function createEndpointConfig(
  scope: Construct,
  { plan, options, name, instanceType }: EndpointContext,
  { attrModelName }: CfnModel,
): CfnEndpointConfig {
  const { timeoutSeconds } = plan.rollout;
  return new CfnEndpointConfig(scope, 'EndpointConfig', {
    kmsKeyId: options.protection?.encryptionKey?.keyArn,
    dataCaptureConfig: options.dataCapture && dataCaptureConfig(options.dataCapture, name),
    productionVariants: [
      {
        variantName: VARIANT,
        modelName: attrModelName,
        instanceType: instanceType.name,
        initialInstanceCount: plan.scaling.minReplicas,
        initialVariantWeight: 1,
        volumeSizeInGb: volumeGiB(plan),
        modelDataDownloadTimeoutInSeconds: timeoutSeconds,
        containerStartupHealthCheckTimeoutInSeconds: timeoutSeconds,
        routingConfig: { routingStrategy: 'LEAST_OUTSTANDING_REQUESTS' },
      },
    ],
  });
}
