import { argumentHash, type TerraformResource } from '../../terraform';
import type { EndpointContext } from '../context';

/** Of a revision: https://cloud.google.com/run/docs/reference/rest/v2/RevisionTemplate */
const MAX_REVISION_LENGTH = 63;
const HASH_LENGTH = 8;

/** `<service>-<release>-<hash>`: what is left for the release. */
export const maxReleaseLength = ({ name }: EndpointContext): number =>
  MAX_REVISION_LENGTH - HASH_LENGTH - name.length - 2;

/**
 * The name of the revision, the same in every synthesis. The platform refuses one that was used before: digits of what
 * the revision is made of tell two contents of one release apart, the release two times of one content.
 *
 * @param release undefined: the platform names it
 */
export function revisionName(
  { name }: EndpointContext,
  release: string | undefined,
  service: () => TerraformResource,
): string | undefined {
  if (release === undefined) return undefined;
  return `${name}-${release}-${argumentHash(service, 'template', 'revision')}`;
}
