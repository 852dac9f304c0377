import { awsCredentials } from './aws-credentials';
import type { StoreLocation } from './package-uri';

type Environment = Readonly<Record<string, string | undefined>>;
type Options = Record<string, string>;

/** A service of opendal with its options. What is not set here comes from opendal's own chain. */
export interface StoreService {
  readonly service: 's3' | 'azblob' | 'gcs';
  readonly options: Options;
}

/** Source of the option names: https://docs.rs/opendal/0.49.2/opendal/services/index.html */
export async function storeService(
  location: StoreLocation,
  env: Environment,
  signal?: AbortSignal,
): Promise<StoreService> {
  switch (location.store) {
    case 's3':
      return { service: 's3', options: await s3Options(location, env, signal) };
    case 'azblob':
      return { service: 'azblob', options: azblobOptions(location, env) };
    case 'gs':
      return { service: 'gcs', options: gcsOptions(location, env) };
  }
}

async function s3Options(location: StoreLocation, env: Environment, signal?: AbortSignal): Promise<Options> {
  const region = env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'];
  const endpoint = env['AWS_ENDPOINT_URL_S3'] ?? env['AWS_ENDPOINT_URL'] ?? chinaEndpoint(region);
  const credentials = await awsCredentials(env, signal);
  return defined({
    bucket: location.bucket,
    region,
    endpoint,
    access_key_id: credentials?.accessKeyId,
    secret_access_key: credentials?.secretAccessKey,
    session_token: credentials?.sessionToken,
  });
}

// opendal derives addresses of the commercial partition alone.
function chinaEndpoint(region: string | undefined): string | undefined {
  return region?.startsWith('cn-') ? `https://s3.${region}.amazonaws.com.cn` : undefined;
}

function azblobOptions(location: StoreLocation, env: Environment): Options {
  return defined({
    container: location.bucket,
    account_name: location.account,
    endpoint: blobEndpoint(location, env),
    account_key: env['AZURE_STORAGE_KEY'],
    sas_token: env['AZURE_STORAGE_SAS_TOKEN'],
  });
}

/** Where the account answers: other clouds, private names and emulators are named by the variable. */
export function blobEndpoint({ account }: Pick<StoreLocation, 'account'>, env: Environment): string {
  return env['AZURE_STORAGE_BLOB_ENDPOINT'] ?? `https://${account}.blob.core.windows.net`;
}

function gcsOptions(location: StoreLocation, env: Environment): Options {
  const emulator = env['STORAGE_EMULATOR_HOST'];
  if (emulator === undefined) return { bucket: location.bucket };
  const endpoint = /^https?:/.test(emulator) ? emulator : `http://${emulator}`;
  const anonymous = { allow_anonymous: 'true', disable_vm_metadata: 'true', disable_config_load: 'true' };
  return { bucket: location.bucket, endpoint, ...anonymous };
}

function defined(options: Readonly<Record<string, string | undefined>>): Options {
  return Object.fromEntries(Object.entries(options).filter((entry): entry is [string, string] => !!entry[1]));
}
