import { readFile } from 'node:fs/promises';
import { LoadingError } from './problems';
import { withRetries } from './retry';

type Environment = Readonly<Record<string, string | undefined>>;

/** A token is worth as much as the rights of the replica: it is asked for where the platform says, and nowhere else. */
interface TokenRequest {
  readonly endpoint: URL;
  readonly init: RequestInit;
  readonly remedy: string;
}

const RESOURCE = 'https://storage.azure.com/';
const RETRY = { attempts: 4, baseDelayMs: 200, maxDelayMs: 2000 };
const TIMEOUT_MS = 5000;
const IDENTITY_REMEDY =
  'Check that the app has an identity, and that AZURE_CLIENT_ID is the client id of one assigned to it.';
const FEDERATED_REMEDY =
  "Check the workload identity: the service account's annotations, and the federated credential of the identity.";

/**
 * A token for Blob Storage: of the managed identity on Container Apps and App Service, or of the workload identity on
 * AKS. Undefined where a key or signature is given, or nothing is named: then opendal looks further (instance
 * metadata). It does not know the endpoint of Container Apps.
 *
 * Sources: https://learn.microsoft.com/azure/container-apps/managed-identity#rest-endpoint-reference
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow#third-case-access-token-request-with-a-federated-credential
 *
 * @throws LoadingError LOAD_CREDENTIALS_FAILED; no message ever holds a token or the answer.
 */
export async function azureStorageToken(env: Environment, signal?: AbortSignal): Promise<string | undefined> {
  if (env['AZURE_STORAGE_KEY'] || env['AZURE_STORAGE_SAS_TOKEN']) return undefined;
  const request = managedIdentityRequest(env) ?? (await workloadIdentityRequest(env));
  if (request === undefined) return undefined;
  return withRetries(RETRY, signal, () => fetchToken(request, signal));
}

function managedIdentityRequest(env: Environment): TokenRequest | undefined {
  const { IDENTITY_ENDPOINT: address, IDENTITY_HEADER: header } = env;
  if (!address || !header) return undefined;
  const endpoint = trusted('IDENTITY_ENDPOINT', address);
  endpoint.searchParams.set('resource', RESOURCE);
  endpoint.searchParams.set('api-version', '2019-08-01');
  const clientId = env['AZURE_CLIENT_ID'];
  if (clientId) endpoint.searchParams.set('client_id', clientId);
  const headers = { 'x-identity-header': oneLine('IDENTITY_HEADER', header) };
  return { endpoint, init: { headers }, remedy: IDENTITY_REMEDY };
}

async function workloadIdentityRequest(env: Environment): Promise<TokenRequest | undefined> {
  const { AZURE_FEDERATED_TOKEN_FILE: file, AZURE_CLIENT_ID: clientId, AZURE_TENANT_ID: tenant } = env;
  if (!file) return undefined;
  if (!clientId || !tenant || !/^[\w.-]+$/.test(tenant)) {
    throw failed(
      'AZURE_FEDERATED_TOKEN_FILE',
      'AZURE_CLIENT_ID or AZURE_TENANT_ID is missing',
      FEDERATED_REMEDY,
    );
  }
  const authority = trusted(
    'AZURE_AUTHORITY_HOST',
    env['AZURE_AUTHORITY_HOST'] || 'https://login.microsoftonline.com/',
  );
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    scope: `${RESOURCE}.default`,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await readAssertion(file),
  });
  const endpoint = new URL(`/${tenant}/oauth2/v2.0/token`, authority);
  return { endpoint, init: { method: 'POST', body }, remedy: FEDERATED_REMEDY };
}

/** https, or http to this machine and its link: the platform's own agent. */
function trusted(name: string, address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol === 'https:') return url;
  if (url?.protocol === 'http:' && isLocal(url.hostname)) return url;
  throw failed(name, 'the host is not one that tokens may come from', IDENTITY_REMEDY, {
    got: url?.host,
    allowed: 'https, or http to this machine or 169.254.0.0/16',
  });
}

function isLocal(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^(127\.\d+|169\.254)\.\d+\.\d+$/.test(host);
}

async function readAssertion(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw failed('AZURE_FEDERATED_TOKEN_FILE', 'the token file cannot be read', FEDERATED_REMEDY, {
      got: code,
    });
  }
}

async function fetchToken({ endpoint, init, remedy }: TokenRequest, signal?: AbortSignal): Promise<string> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  let answer: Response;
  let body: unknown;
  try {
    answer = await fetch(endpoint, {
      ...init,
      // A redirect could carry header or assertion to another host.
      redirect: 'error',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    body = await answer.json().catch(() => undefined);
  } catch (error) {
    const { cause, name } = error as { cause?: { code?: string }; name?: string };
    throw failed(endpoint.host, 'the endpoint cannot be reached', remedy, { got: cause?.code ?? name }, true);
  }
  if (!answer.ok) {
    const retryable = answer.status >= 500 || answer.status === 429;
    throw failed(endpoint.host, 'the endpoint refused', remedy, { got: `HTTP ${answer.status}` }, retryable);
  }
  const { access_token: token } = (body ?? {}) as Record<string, unknown>;
  if (typeof token === 'string' && token !== '') return oneLine(endpoint.host, token);
  throw failed(endpoint.host, 'the answer holds no token', remedy, { allowed: 'JSON with access_token' });
}

function oneLine(at: string, text: string): string {
  if (!/[\r\n]/.test(text)) return text;
  throw failed(at, 'the token holds a line break', IDENTITY_REMEDY);
}

function failed(
  at: string,
  what: string,
  remedy: string,
  details: { readonly got?: string; readonly allowed?: string } = {},
  retryable = false,
): LoadingError {
  return new LoadingError('LOAD_CREDENTIALS_FAILED', at, { what, ...details, remedy }, retryable);
}
