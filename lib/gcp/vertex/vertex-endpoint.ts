import type { Construct } from 'constructs';
import type { BoundEndpoint, EndpointPlan, EndpointTarget } from '../../core';
import { requireDurableState, requireProvider, requireStack } from '../../terraform';
import { Checker } from '../checker';
import { EndpointContext } from '../context';
import { ModelBucket } from '../model-bucket';
import { PROVIDER } from '../provider-remedy';
import { checkVertex } from './check-vertex';
import { createVertex } from './create-vertex';
import { VertexExposure } from './vertex-exposure';
import type { VertexNative } from './vertex-native';
import type { VertexEndpointOptions } from './vertex-options';

/**
 * Serves a model on an online endpoint of Vertex AI. Terraform makes everything but the deployed model, which its
 * provider has no resource for: `scripts/release.sh deploy`, written beside the stack, does that after each apply.
 *
 * @example
 * new ModelEndpoint(stack, 'Endpoint', {
 *   model: ModelSource.fromDirectory('models/diabetes/1'),
 *   target: new VertexEndpoint({ project: 'my-project', region: 'europe-west1' }),
 *   runtime: { image: RuntimeImage.fromRegistry('europe-west1-docker.pkg.dev/my-project/inferstack/runtime@sha256:...') },
 * });
 */
export class VertexEndpoint implements EndpointTarget<VertexNative> {
  readonly platform = 'gcp';

  constructor(private readonly options: VertexEndpointOptions) {}

  /** @throws ProblemError with every problem at once, UnsupportedError if Vertex AI cannot honour a setting. */
  bind(scope: Construct, plan: EndpointPlan): BoundEndpoint<VertexNative> {
    const { options } = this;
    const stack = requireStack(scope, plan.path, 'VertexEndpoint');
    const context = new EndpointContext(plan, options.name ?? plan.name, options, options.labels ?? {});
    const parts = {
      options,
      exposure: options.exposure ?? VertexExposure.privateServiceConnect(),
      modelBucket: options.modelBucket ?? ModelBucket.created(),
    };
    const check = new Checker(plan.path);
    checkVertex(check, context, parts);
    check.throwAll();
    requireProvider(stack, 'google', PROVIDER);
    requireDurableState(stack);
    return createVertex(scope, context, parts);
  }
}
