import type { Construct } from 'constructs';
import type { ModelSource } from '../core';
import type { ResourceContext } from './context';
import { createIdentity, type Identity } from './identity';
import { createModelArtifacts, grantModelRead } from './model-artifact';
import type { ModelBucket } from './model-bucket';

export interface DeliveryOptions {
  readonly modelBucket: ModelBucket;
  readonly previousModels: readonly ModelSource[] | undefined;
  /** Email of an account of yours. */
  readonly serviceAccount: string | undefined;
}

/** The packages in their bucket, and the account that may read them. */
export function deliverModels(scope: Construct, context: ResourceContext, options: DeliveryOptions) {
  const bound = options.modelBucket.bind(scope, context);
  const former = (options.previousModels ?? []).map((source) => source.bind());
  const { uris, objects, previous } = createModelArtifacts(scope, context, bound, former);
  const identity: Identity = createIdentity(scope, context, options.serviceAccount);
  return {
    uris,
    identity,
    resources: {
      bucket: bound.bucket,
      modelObjects: objects,
      previousModelObjects: previous,
      modelAccess: grantModelRead(scope, context, bound, identity.member),
      serviceAccount: identity.serviceAccount,
    },
  };
}
