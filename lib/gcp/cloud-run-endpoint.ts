import type { Construct } from 'constructs';
import type { BoundEndpoint, EndpointPlan, EndpointTarget } from '../core';
import { requireDurableState, requireProvider, requireStack } from '../terraform';
import { checkEndpoint } from './check-endpoint';
import { Checker } from './checker';
import type { CloudRunNative } from './cloud-run-native';
import type { CloudRunEndpointOptions } from './cloud-run-options';
import { EndpointContext } from './context';
import { createEndpoint } from './create-endpoint';
import { Exposure } from './exposure';
import { ModelBucket } from './model-bucket';
import { PROVIDER } from './provider-remedy';

/**
 * Serves a model on Google Cloud Run, as Terraform resources written by cdktf. The image is pulled from a registry
 * (`RuntimeImage.fromRegistry`).
 *
 * @example
 * new ModelEndpoint(stack, 'Endpoint', {
 *   model: ModelSource.fromDirectory('models/diabetes/1'),
 *   target: new CloudRunEndpoint({ project: 'my-project', region: 'europe-west1' }),
 *   runtime: { image: RuntimeImage.fromRegistry('europe-west1-docker.pkg.dev/my-project/inferstack/runtime@sha256:...') },
 * });
 */
export class CloudRunEndpoint implements EndpointTarget<CloudRunNative> {
  readonly platform = 'gcp';

  constructor(private readonly options: CloudRunEndpointOptions) {}

  /** @throws ProblemError with every problem at once, UnsupportedError if Cloud Run cannot honour a setting. */
  bind(scope: Construct, plan: EndpointPlan): BoundEndpoint<CloudRunNative> {
    const { options } = this;
    const stack = requireStack(scope, plan.path, 'CloudRunEndpoint');
    const context = new EndpointContext(plan, options.name ?? plan.name, options, options.labels ?? {});
    const parts = {
      options,
      exposure: options.exposure ?? Exposure.internal(),
      modelBucket: options.modelBucket ?? ModelBucket.created(),
    };
    const check = new Checker(plan.path);
    checkEndpoint(check, context, parts);
    check.throwAll();
    requireProvider(stack, 'google', PROVIDER);
    requireDurableState(stack);
    return createEndpoint(scope, context, parts);
  }
}
