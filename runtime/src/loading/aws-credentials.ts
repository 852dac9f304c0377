import { readFile } from 'node:fs/promises';
import { LoadingError } from './problems';
import { withRetries } from './retry';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

const ECS_HOST = '169.254.170.2';
// Of EKS Pod Identity; the first is shared with ECS.
const CONTAINER_HOSTS = new Set([ECS_HOST, '169.254.170.23', '[fd00:ec2::23]', 'localhost', '[::1]']);
const RETRY = { attempts: 4, baseDelayMs: 200, maxDelayMs: 2000 };
const TIMEOUT_MS = 5000;

/**
 * Credentials from the environment: keys as they are, or those of an ECS task or EKS pod. Undefined where web identity
 * comes first or nothing is named: then opendal looks further (web identity, profiles, instance metadata). It does not
 * know the endpoint of containers, the only source on Fargate.
 *
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 *
 * @throws LoadingError LOAD_CREDENTIALS_FAILED; no message ever holds a token or the answer.
 */
export async function awsCredentials(
  env: Environment,
  signal?: AbortSignal,
): Promise<AwsCredentials | undefined> {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (accessKeyId && secretAccessKey) {
    return { accessKeyId, secretAccessKey, sessionToken: env['AWS_SESSION_TOKEN'] };
  }
  if (env['AWS_WEB_IDENTITY_TOKEN_FILE']) return undefined;
  const endpoint = credentialsEndpoint(env);
  if (endpoint === undefined) return undefined;
  const token = await authorization(env);
  return withRetries(RETRY, signal, () => request(endpoint, token, signal));
}

/** Where the credentials are served; the relative form wins, as in the SDKs. */
export function credentialsEndpoint(env: Environment): URL | undefined {
  const relative = env['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'];
  if (relative) {
    if (relative.startsWith('/')) return new URL(`http://${ECS_HOST}${relative}`);
    throw failed('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', 'the path does not begin with a slash');
  }
  const full = env['AWS_CONTAINER_CREDENTIALS_FULL_URI'];
  if (!full) return undefined;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (url !== undefined && isTrusted(url)) return url;
  throw failed(
    'AWS_CONTAINER_CREDENTIALS_FULL_URI',
    'the host is not one that credentials may come from',
    url?.host,
    'https, or http to this machine or the container hosts 169.254.170.2, 169.254.170.23, [fd00:ec2::23]',
  );
}

function isTrusted(url: URL): boolean {
  if (url.protocol === 'https:') return true;
  return (
    url.protocol === 'http:' && (CONTAINER_HOSTS.has(url.hostname) || /^127(\.\d+){3}$/.test(url.hostname))
  );
}

async function authorization(env: Environment): Promise<string | undefined> {
  const file = env['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'];
  const name = file ? 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE' : 'AWS_CONTAINER_AUTHORIZATION_TOKEN';
  const token = file ? (await readToken(file)).trimEnd() : env['AWS_CONTAINER_AUTHORIZATION_TOKEN'];
  if (token !== undefined && /[\r\n]/.test(token)) throw failed(name, 'the token holds a line break');
  return token === '' ? undefined : token;
}

async function readToken(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw failed('AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE', 'the token file cannot be read', code);
  }
}

async function request(
  endpoint: URL,
  token: string | undefined,
  signal: AbortSignal | undefined,
): Promise<AwsCredentials> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  let answer: Response;
  let body: unknown;
  try {
    answer = await fetch(endpoint, {
      // A redirect could carry the token to a host outside the list.
      redirect: 'error',
      headers: { accept: 'application/json', ...(token === undefined ? {} : { authorization: token }) },
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    body = await answer.json().catch(() => undefined);
  } catch (error) {
    const { cause, name } = error as { cause?: { code?: string }; name?: string };
    throw failed(endpoint.host, 'the endpoint cannot be reached', cause?.code ?? name, undefined, true);
  }
  if (!answer.ok) {
    const retryable = answer.status >= 500 || answer.status === 429;
    throw failed(endpoint.host, 'the endpoint refused', `HTTP ${answer.status}`, undefined, retryable);
  }
  return readCredentials(body, endpoint.host);
}

function readCredentials(body: unknown, at: string): AwsCredentials {
  const { AccessKeyId, SecretAccessKey, Token } = (body ?? {}) as Record<string, unknown>;
  if (typeof AccessKeyId !== 'string' || typeof SecretAccessKey !== 'string') {
    throw failed(
      at,
      'the answer holds no credentials',
      undefined,
      'JSON with AccessKeyId and SecretAccessKey',
    );
  }
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: typeof Token === 'string' ? Token : undefined,
  };
}

function failed(at: string, what: string, got?: string, allowed?: string, retryable = false): LoadingError {
  const remedy =
    'Check that the task or pod has a role, and the settings AWS_CONTAINER_* that the platform sets.';
  return new LoadingError('LOAD_CREDENTIALS_FAILED', at, { what, got, allowed, remedy }, retryable);
}
