import type { Finding } from './problem-collector';

const STORES = /^(s3|gs|azblob|https):$/;

/**
 * What is wrong with a URL below which model packages lie as `<model>/<version>/<digest hex>.tar.gz`; undefined when
 * nothing is.
 *
 * @param credentials where they belong instead, for the remedy
 */
export function modelBaseUrlFinding(baseUrl: string, credentials: string): Finding | undefined {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  const known = url !== undefined && STORES.test(url.protocol) && url.hostname !== '';
  if (known && `${url.search}${url.hash}${url.username}${url.password}` === '') return undefined;
  return {
    what: 'the base URL is not usable',
    // Never the query or the user: they may hold a signature or a password.
    got: baseUrl.replace(/[?#].*$/s, '').replace(/\/\/[^/]*@/, '//'),
    allowed: 's3://, gs://, azblob:// or https:// with a host, without user, password, query and fragment',
    remedy: `Correct the URL; give credentials by ${credentials}.`,
  };
}
