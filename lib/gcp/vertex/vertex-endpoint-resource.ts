import { DataGoogleProject } from '@cdktf/provider-google/lib/data-google-project';
import { KmsCryptoKeyIamMember } from '@cdktf/provider-google/lib/kms-crypto-key-iam-member';
import { VertexAiEndpoint } from '@cdktf/provider-google/lib/vertex-ai-endpoint';
import type { Construct } from 'constructs';
import { literal } from '../../terraform';
import type { EndpointContext } from '../context';
import { numericId } from '../names';
import type { VertexParts } from './check-vertex';

export interface EndpointResources {
  readonly endpoint: VertexAiEndpoint;
  /** The right of Vertex AI to use `encryptionKey`. */
  readonly keyAccess: KmsCryptoKeyIamMember | undefined;
}

/** By project and region as well: projects that are watched together may have endpoints of one name. */
export const endpointId = (scope: Construct, { project, region, name }: EndpointContext): string =>
  numericId(scope, `${project}/${region}/${name}`);

export function createEndpointResource(
  scope: Construct,
  context: EndpointContext,
  { options, exposure }: VertexParts,
): EndpointResources {
  const { name, project, region, labels, plan } = context;
  const key = options.encryptionKey;
  const keyAccess = key === undefined ? undefined : grantKey(scope, context, key);
  const endpoint = new VertexAiEndpoint(scope, 'Endpoint', {
    name: endpointId(scope, context),
    displayName: name,
    description: `Model ${literal(plan.models[0].manifest.name)}, served by inferstack`,
    project,
    location: region,
    region,
    labels,
    ...exposure.settings(context),
    encryptionSpec: key === undefined ? undefined : { kmsKeyName: literal(key) },
    // Releases move the traffic; an apply that moved it back would undo them.
    lifecycle: { ignoreChanges: ['traffic_split'] },
    dependsOn: keyAccess === undefined ? undefined : [keyAccess],
  });
  return { endpoint, keyAccess };
}

/** Vertex AI encrypts by an account of its own, one per project: https://cloud.google.com/vertex-ai/docs/general/cmek */
function grantKey(scope: Construct, { project }: EndpointContext, key: string): KmsCryptoKeyIamMember {
  const { number } = new DataGoogleProject(scope, 'Project', { projectId: project });
  return new KmsCryptoKeyIamMember(scope, 'EndpointKeyAccess', {
    cryptoKeyId: literal(key),
    role: 'roles/cloudkms.cryptoKeyEncrypterDecrypter',
    member: `serviceAccount:service-${number}@gcp-sa-aiplatform.iam.gserviceaccount.com`,
  });
}
