import { parseWandb, type SourceRequest } from '../core/model-lock';
import type { Environment, Located } from './located';
import { registryError } from './problems';
import { fetchWandbFiles } from './wandb-files';
import { badAnswer, field, isJson, notFound, queryProject, type WandbServer } from './wandb-server';

type WandbRequest = Extract<SourceRequest, { kind: 'wandb' }>;

const PUBLIC_SERVER = 'https://api.wandb.ai';

/** The fields are those of the client's own `ArtifactMembershipByName` and `FetchArtifactManifest`. */
const ARTIFACT = `query ArtifactMembershipByName($entity: String!, $project: String!, $name: String!) {
  project(name: $project, entityName: $entity) {
    artifactCollectionMembership(name: $name) {
      versionIndex
      artifact { state currentManifest { file { directUrl } } }
    }
  }
}`;

/**
 * An artifact of Weights & Biases; an alias is resolved to the version it names today. The key is that of
 * WANDB_API_KEY; it goes to the server alone, never to the store that its addresses lead to.
 *
 * Source: https://github.com/wandb/wandb, wandb/sdk/artifacts/artifact.py and _generated/operations.py of 0.31.0
 */
export async function locateWandb(request: WandbRequest, env: Environment): Promise<Located> {
  const server = serverOf(request, env);
  const { entity, project, name, alias } = parseWandb(request.artifact);
  const found = await queryProject(server, ARTIFACT, { entity, project, name: `${name}:${alias}` });
  const membership = field(found, 'artifactCollectionMembership');
  if (!isJson(membership)) throw notFound(server, 'the project has no such artifact or alias');
  const version = versionOf(server, membership['versionIndex']);
  refuseUnfinished(server, field(membership, 'artifact', 'state'));
  const manifestUrl = field(membership, 'artifact', 'currentManifest', 'file', 'directUrl');
  if (typeof manifestUrl !== 'string') throw badAnswer(server, 'the artifact has no manifest');
  const resolved = `${entity}/${project}/${name}:${version}`;
  return {
    resolved: { kind: 'wandb', artifact: resolved, baseUrl: server.base.href.replace(/\/$/, '') },
    fetchInto: (directory) => fetchWandbFiles(server, { ...parseWandb(resolved), manifestUrl }, directory),
  };
}

function versionOf(server: WandbServer, index: unknown): string {
  if (typeof index === 'number' && Number.isInteger(index) && index >= 0) return `v${index}`;
  throw badAnswer(server, 'the artifact has no version');
}

function refuseUnfinished(server: WandbServer, state: unknown): void {
  if (state === 'COMMITTED') return;
  throw registryError('REGISTRY_NOT_FOUND', server.at, {
    what: 'the version is not complete, or was deleted',
    got: String(state),
    allowed: 'COMMITTED',
    remedy: 'Wait until the run has uploaded it, or name another version.',
  });
}

function serverOf(request: WandbRequest, env: Environment): WandbServer {
  const address = request.baseUrl ?? (env['WANDB_BASE_URL'] || PUBLIC_SERVER);
  const at = request.artifact;
  const base = /^https?:\/\//.test(address) && URL.canParse(address) ? new URL(address) : undefined;
  if (base === undefined || base.username !== '' || base.password !== '' || base.search !== '') {
    throw registryError('REGISTRY_SETTING', at, {
      what: 'the address of the W&B server is not one of a server',
      got: base === undefined ? address : base.host,
      allowed: 'https://host[:port][/path] without a user name',
      remedy: 'Correct WANDB_BASE_URL, or the { baseUrl } of ModelSource.fromWandb.',
    });
  }
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  return { base, at, headers: authorization(env) };
}

/** The user is called `api`, the password is the key. */
function authorization(env: Environment): Record<string, string> {
  const key = env['WANDB_API_KEY'];
  return key ? { authorization: `Basic ${Buffer.from(`api:${key}`).toString('base64')}` } : {};
}
