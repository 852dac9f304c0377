import type { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment';
import type { Construct } from 'constructs';
import { type ImagePlan, isUnresolved } from '../core';
import { Annotations, literal } from '../terraform';
import type { Checker } from './checker';
import type { SharedPlan } from './context';
import { grantRole } from './identity';
import type { IdentityReference, RegistryReference } from './references';

/** The image of the replicas; those built from source were refused. */
export function registryImage({
  runtime: { image },
}: Pick<SharedPlan, 'runtime'>): Extract<ImagePlan, { kind: 'registry' }> {
  if (image.kind !== 'registry') throw new Error('a source image passed the checks');
  return image;
}

/** Lets the identity pull from your registry and from no other. */
export function grantPull(
  scope: Construct,
  registry: RegistryReference | undefined,
  to: IdentityReference,
): RoleAssignment | undefined {
  if (registry === undefined) return undefined;
  return grantRole(scope, 'PullImages', { role: 'AcrPull', on: literal(registry.id), to });
}

export function warnIfUnpinned(scope: Construct, plan: Pick<SharedPlan, 'runtime'>): void {
  const image = registryImage(plan);
  if (image.pinned || isUnresolved(image.reference)) return;
  Annotations.of(scope).addWarning(
    `The image ${image.reference} is not pinned by digest: a tag can be moved, and then replicas differ.`,
  );
}

export function checkImage(
  check: Checker,
  { runtime: { image } }: Pick<SharedPlan, 'runtime'>,
  registry?: RegistryReference,
  prop = 'runtime.image',
): void {
  if (image.kind === 'source') {
    refuseSource(check, image.directory, registry, prop);
    return;
  }
  const host = image.reference.split('/')[0]!;
  const server = registry?.loginServer;
  if (isUnresolved(host) || isUnresolved(server)) return;
  if (server === undefined && host.endsWith('.azurecr.io')) {
    check.add('AZURE_REGISTRY', 'target.registry', {
      what: 'the image lies in a registry of Azure, and nothing says which one the identity may pull from',
      got: image.reference,
      allowed: 'the registry of the image',
      remedy: `Give registry, a ContainerRegistry or its data source with the login server ${host}.`,
    });
  }
  if (server !== undefined && server !== host) {
    check.add('AZURE_REGISTRY', prop, {
      what: 'the image does not lie in the registry that is given',
      got: image.reference,
      allowed: `${server}/...`,
      remedy: 'Copy the image there (az acr import), or correct registry.',
    });
  }
}

function refuseSource(
  check: Checker,
  directory: string,
  registry: RegistryReference | undefined,
  prop: string,
): void {
  const server = registry?.loginServer;
  const name = server === undefined || isUnresolved(server) ? '<registry>' : server.split('.')[0]!;
  check.unsupported(prop, {
    what: 'Terraform cannot build an image',
    got: 'RuntimeImage.fromSource()',
    allowed: 'RuntimeImage.fromRegistry(reference)',
    remedy:
      `Build and push it once: az acr build --registry ${name} --platform linux/amd64 ` +
      `--image inferstack/runtime:1 ${directory}; read its digest: az acr manifest show-metadata ` +
      `--registry ${name} --name inferstack/runtime:1 --query digest; then use ` +
      `RuntimeImage.fromRegistry('${name}.azurecr.io/inferstack/runtime@<digest>') and give registry.`,
  });
}
