import { type MlflowReference, parseMlflow, type SourceRequest } from '../core/model-lock';
import type { Environment, Located } from './located';
import { fetchMlflowArtifacts, type MlflowServer } from './mlflow-artifacts';
import { registryError } from './problems';
import { requestJson } from './request';

type MlflowRequest = Extract<SourceRequest, { kind: 'mlflow' }>;

/**
 * A version of a registered model on an MLflow tracking server; an alias is resolved to the version it names today.
 * Credentials: MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD.
 *
 * Source: https://mlflow.org/docs/latest/rest-api.html
 */
export async function locateMlflow(request: MlflowRequest, env: Environment): Promise<Located> {
  const server = serverOf(request, env);
  const reference = parseMlflow(request.model);
  const version = reference.version ?? (await versionOf(server, reference));
  const uri = await artifactUri(server, reference.name, version);
  return {
    resolved: {
      kind: 'mlflow',
      model: `models:/${reference.name}/${version}`,
      trackingUri: withoutSlash(server.base),
    },
    fetchInto: (directory) => fetchMlflowArtifacts(server, uri, directory),
  };
}

/** Where the files of a version are; one that was registered as `runs:/<run>/<path>` lies with its run. */
async function artifactUri(server: MlflowServer, name: string, version: string): Promise<string> {
  const query = { name, version };
  const { artifact_uri: uri } = await requestJson(call(server, 'model-versions/get-download-uri', query));
  if (typeof uri !== 'string') throw incomplete(server, 'artifact_uri');
  const [, runId, path] = /^runs:\/([^/]+)\/(.+)$/.exec(uri) ?? [];
  if (runId === undefined) return uri;
  const answer = await requestJson(call(server, 'runs/get', { run_id: runId }));
  const { info } = (answer['run'] ?? {}) as { info?: { artifact_uri?: unknown } };
  if (typeof info?.artifact_uri !== 'string') throw incomplete(server, 'run.info.artifact_uri');
  return `${info.artifact_uri}/${path}`;
}

async function versionOf(server: MlflowServer, { name, alias }: MlflowReference): Promise<string> {
  const request = call(server, 'registered-models/alias', { name, alias: alias! });
  // The server calls an alias that is not there an invalid parameter.
  const answer = await requestJson({ ...request, missing: [400, 404] });
  const { version } = (answer['model_version'] ?? {}) as { version?: unknown };
  if (typeof version === 'string' && /^\d+$/.test(version)) return version;
  throw incomplete(server, 'model_version.version');
}

function call(server: MlflowServer, method: string, query: Readonly<Record<string, string>>) {
  const url = new URL(`api/2.0/mlflow/${method}`, server.base);
  for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
  return { url, headers: server.headers, at: server.at, access: server.access };
}

function serverOf(request: MlflowRequest, env: Environment): MlflowServer {
  const address = request.trackingUri ?? env['MLFLOW_TRACKING_URI'];
  const at = request.model;
  const base =
    address !== undefined && /^https?:\/\//.test(address) && URL.canParse(address)
      ? new URL(address)
      : undefined;
  if (base === undefined || base.username !== '' || base.password !== '' || base.search !== '') {
    throw registryError('REGISTRY_SETTING', at, {
      what: 'the address of the tracking server is missing, or not one of a server',
      got: base === undefined ? (address ?? 'nothing') : base.host,
      allowed: 'https://host[:port][/path] without a user name',
      remedy: 'Set MLFLOW_TRACKING_URI, or give { trackingUri } to ModelSource.fromMlflow.',
    });
  }
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  return { base, at, headers: authorization(env), access: ACCESS };
}

const ACCESS = 'Set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD.';

function authorization(env: Environment): Record<string, string> {
  const token = env['MLFLOW_TRACKING_TOKEN'];
  const user = env['MLFLOW_TRACKING_USERNAME'];
  if (user) {
    const pair = `${user}:${env['MLFLOW_TRACKING_PASSWORD'] ?? ''}`;
    return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
  }
  return token ? { authorization: `Bearer ${token}` } : {};
}

const withoutSlash = (url: URL): string => url.href.replace(/\/$/, '');

function incomplete(server: MlflowServer, field: string): Error {
  return registryError('REGISTRY_ANSWER', server.at, {
    what: `the answer of the tracking server has no ${field}`,
    remedy: `Check that ${server.base.host} is an MLflow tracking server of version 2.3 or later.`,
  });
}
