import type { RuntimeConfig } from '../../contract';

/** The configuration as it may be shown: addresses without credentials, queries (signed links) and fragments. */
export function redactedConfig(config: RuntimeConfig): object {
  const { models, auth } = config;
  const jwt = auth?.jwt ? { ...auth.jwt, jwksUri: redactedUri(auth.jwt.jwksUri) } : null;
  return {
    ...config,
    models: models.map((model) => ({ ...model, uri: redactedUri(model.uri) })),
    auth: auth === null ? null : { ...auth, jwt },
  };
}

function redactedUri(uri: string): string {
  if (!/^[a-z][a-z0-9+.-]*:/i.test(uri)) return uri;
  try {
    const url = new URL(uri);
    url.username = '';
    url.password = '';
    url.search = '';
    url.hash = '';
    return url.href;
  } catch {
    return '(not a valid URI)';
  }
}
