import { ProblemError, show } from '@inferstack/runtime/contract';
import type { SourceRequest } from './source-request';

const MLFLOW_FORM = /^models:\/(?<name>[^/@?#]+)(\/(?<version>\d+)|@(?<alias>[^/@?#\s]+))$/;
const WANDB_FORM =
  /^(?<entity>[^/:?#%\\\r\n]+)\/(?<project>[^/:?#%\\\r\n]+)\/(?<name>[^/:?#%\\\r\n]+):(?<alias>[^/:\r\n]+)$/;
const ARCHIVE_SCHEMES = ['https', 'http', 's3', 'gs', 'azblob'];
const OCI_FORM =
  /^(?<host>[a-z0-9.-]+(:\d+)?|\[[0-9a-f:]+\](:\d+)?)\/(?<repository>[a-z0-9]+([._/-]+[a-z0-9]+)*)(:(?<tag>\w[\w.-]{0,127}))?(@(?<digest>sha256:[0-9a-f]{64}))?$/;

export interface MlflowReference {
  readonly name: string;
  /** One of the two is given. */
  readonly version?: string;
  readonly alias?: string;
}

export interface WandbReference {
  readonly entity: string;
  readonly project: string;
  /** Of the collection of versions. */
  readonly name: string;
  /** Or a version: `v3`. */
  readonly alias: string;
}

export interface OciReference {
  /** With the port. */
  readonly host: string;
  readonly repository: string;
  /** A digest wins over a tag, `latest` without either. */
  readonly target: string;
}

/** @throws ProblemError SOURCE_INVALID */
export function checkRequest(request: SourceRequest): void {
  switch (request.kind) {
    case 'uri':
      checkArchive(request.uri);
      return;
    case 'mlflow':
      parseMlflow(request.model);
      if (request.trackingUri !== undefined) checkHttp('trackingUri', request.trackingUri);
      return;
    case 'dvc':
      if (request.path.trim() === '') throw invalid('path', '', 'a tracked file or directory');
      if (request.remote !== undefined) withoutSecrets('remote', request.remote);
      return;
    case 'oci':
      parseOci(request.reference);
      return;
    case 'wandb':
      parseWandb(request.artifact);
      if (request.baseUrl !== undefined) checkHttp('baseUrl', request.baseUrl);
  }
}

/** @throws ProblemError SOURCE_INVALID */
export function parseMlflow(model: string): MlflowReference {
  const { name, version, alias } = MLFLOW_FORM.exec(model)?.groups ?? {};
  if (name === undefined) throw invalid('model', model, 'models:/<name>@<alias> or models:/<name>/<version>');
  return { name, ...(version === undefined ? { alias: alias! } : { version }) };
}

/** @throws ProblemError SOURCE_INVALID */
export function parseWandb(artifact: string): WandbReference {
  const { entity, project, name, alias } = WANDB_FORM.exec(artifact)?.groups ?? {};
  if (entity === undefined) {
    throw invalid('artifact', artifact, '<entity>/<project>/<artifact>:<alias>, or :v<number>');
  }
  return { entity, project: project!, name: name!, alias: alias! };
}

/** @throws ProblemError SOURCE_INVALID */
export function parseOci(reference: string): OciReference {
  const { host, repository, tag, digest } = OCI_FORM.exec(reference)?.groups ?? {};
  // As the tools of containers tell a host from a first folder.
  const named = host !== undefined && (/[.:[]/.test(host) || host === 'localhost');
  if (!named || repository === undefined) {
    throw invalid('reference', reference, '<host>[:port]/<repository>[:tag][@sha256:<hex>]');
  }
  return { host, repository, target: digest ?? tag ?? 'latest' };
}

function checkArchive(uri: string): void {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\/[^/]/i.exec(uri)?.[1]?.toLowerCase();
  if (scheme === undefined || !ARCHIVE_SCHEMES.includes(scheme)) {
    throw invalid('uri', uri, ARCHIVE_SCHEMES.map((name) => `${name}://...`).join(', '));
  }
  withoutSecrets('uri', uri);
}

function checkHttp(at: string, uri: string): void {
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    throw invalid(at, uri, 'https://host[:port][/path]');
  withoutSecrets(at, uri);
}

/** The address is written into the lock, which is committed. */
function withoutSecrets(at: string, uri: string): void {
  if (!/^[a-z][a-z0-9+.-]+:\/\/([^/]*@|[^?#]*[?#])/i.test(uri)) return;
  const shown = uri.replace(/[?#].*$/s, '?...').replace(/:\/\/[^/]*@/, '://...@');
  throw new ProblemError([
    {
      code: 'SOURCE_INVALID',
      at,
      what: 'the address holds a user name, a query or a fragment, and would be committed with the lock',
      got: JSON.stringify(shown),
      allowed: 'an address without them',
      remedy: 'Leave them out; credentials come from the environment of `inferstack model lock`.',
    },
  ]);
}

function invalid(at: string, got: string, allowed: string): ProblemError {
  const what = 'the address of the model cannot be understood';
  const remedy = 'Correct the argument of ModelSource.';
  return new ProblemError([{ code: 'SOURCE_INVALID', at, what, got: show(got), allowed, remedy }]);
}
