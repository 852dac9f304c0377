import type { ContainerAppIngressTrafficWeight } from '@cdktf/provider-azurerm/lib/container-app';
import { argumentHash, type TerraformResource } from '../../terraform';
import { STATE_TAGS } from './rollout-state';

/** Digits of a release number, and of a digest: with an app name of 32 characters a revision has its 54. */
export const MAX_RELEASE = 999_999;
const DIGEST_DIGITS = 12;

/**
 * What a revision is made of is its name, so that whatever changes makes another one, overrides included. Azure takes no
 * name twice in the life of an app: the number lets what was there before be deployed again.
 *
 * @param app asked for when the stack is written
 */
export function revisionSuffix(app: () => TerraformResource, release = 1): string {
  return `r${release}-${argumentHash(app, 'template', 'revision_suffix', DIGEST_DIGITS)}`;
}

/** Azure creates an app with nothing but this; afterwards the weights are those of the workflows. */
export const FIRST_TRAFFIC: ContainerAppIngressTrafficWeight[] = [{ latestRevision: true, percentage: 100 }];

type Lifecycle = NonNullable<TerraformResource['lifecycle']>;

/**
 * Leaves weights and state to the workflows, so that an apply never undoes a rollback. While the first revision has its
 * requests by being the latest, another one would take them all: then the plan is refused.
 */
export function gatedLifecycle(revision: string): Lifecycle {
  const byName =
    '!anytrue([for weight in self.ingress[0].traffic_weight : coalesce(weight.latest_revision, false)])';
  const sameRevision = `self.latest_revision_name == "${revision}"`;
  return {
    ignoreChanges: ['ingress[0].traffic_weight', ...Object.values(STATE_TAGS).map((tag) => `tags["${tag}"]`)],
    postcondition: [
      {
        condition: `\${${byName} || ${sameRevision}}`,
        errorMessage:
          'The revision that serves has its requests by being the latest one: a new one would take them all at once. ' +
          'After the first apply wait until the rollout workflow has pinned it, a minute after it is ready. For an app ' +
          'that was deployed without steps do it by hand: az containerapp revision set-mode --mode multiple, then ' +
          'az containerapp ingress traffic set --revision-weight <its latest revision>=100.',
      },
    ],
  };
}
