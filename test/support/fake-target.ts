import { Construct } from 'constructs';
import {
  type BoundEndpoint,
  type EndpointPlan,
  type EndpointTarget,
  inSecretVariable,
  runtimeConfig,
} from 'inferstack';

/** What the fake platform built: the plan it was given. */
export interface FakeNative {
  readonly plan: EndpointPlan;
}

/** A target without a platform: shows what the core hands to every target. */
export class FakeTarget implements EndpointTarget<FakeNative> {
  readonly platform = 'kubernetes';

  bind(scope: Construct, plan: EndpointPlan): BoundEndpoint<FakeNative> {
    return {
      native: { plan },
      runtimeConfig: runtimeConfig(plan, {
        modelUris: plan.models.map(({ manifest }) => `/models/${manifest.name}`),
        credentials: inSecretVariable,
      }),
      defaultChild: new Construct(scope, 'Resource'),
    };
  }
}
