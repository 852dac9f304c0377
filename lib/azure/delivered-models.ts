import type { Construct } from 'constructs';
import type { TerraformResource } from '../terraform';
import type { AnyContext } from './context';
import { grantRole, resolveIdentity } from './identity';
import { createModelStore } from './model-store';
import type { PreviousModels } from './previous-models';
import { grantPull } from './registry';

/**
 * The packages in their storage account, and the identity that may read them and pull the image.
 *
 * @param subnetId subnet of the replicas; undefined: unknown
 */
export function deliverModels(
  scope: Construct,
  context: AnyContext,
  previousModels: PreviousModels,
  subnetId: string | undefined,
) {
  const { identity, created: createdIdentity } = resolveIdentity(scope, context);
  const modelStore = createModelStore(scope, context, previousModels, subnetId);
  const readModels = grantRole(scope, 'ReadModels', {
    role: 'Storage Blob Data Reader',
    on: modelStore.container.id,
    to: identity,
  });
  const pullImages = grantPull(scope, context.options.registry, identity);
  const needs: TerraformResource[] = [
    ...modelStore.models,
    readModels,
    ...(pullImages === undefined ? [] : [pullImages]),
  ];
  return { identity, createdIdentity, modelStore, readModels, pullImages, needs };
}
