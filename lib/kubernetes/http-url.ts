import type { Checker } from './checker';

export interface HttpUrlWords {
  readonly what: string;
  readonly allowed: string;
  readonly remedy: string;
}

/** Refuses what is no address, and one with credentials: it stands in manifests, which are no place for secrets. */
export function checkHttpUrl(check: Checker, option: string, url: string, words: HttpUrlWords): void {
  const { protocol, username, password, host } = URL.canParse(url) ? new URL(url) : NONE;
  if (!/^https?:$/.test(protocol)) {
    check.add('KUBERNETES_OPTION', option, { ...words, got: url });
  } else if (username !== '' || password !== '') {
    check.add('KUBERNETES_OPTION', option, {
      what: 'credentials in an address could be read by everyone who reads the manifests',
      got: `${protocol}//***@${host}`,
      allowed: 'an address without user and password',
      remedy: 'Remove them, and let network policies say who reaches it.',
    });
  }
}

const NONE = { protocol: '', username: '', password: '', host: '' };
