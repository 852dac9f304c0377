import { isUnresolved } from '../core';
import type { Checker } from './checker';

const LABEL = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
const DOMAIN = new RegExp(`^(?=.{4,253}$)(${LABEL}\\.)+${LABEL}$`);
/** Of a managed certificate, and of a target proxy: https://cloud.google.com/load-balancing/docs/quotas */
const MAX_DOMAINS = 100;
const MAX_CERTIFICATES = 15;

export function checkDomains(
  check: Checker,
  domains: readonly string[],
  certificates: readonly string[] | undefined,
): void {
  const at = 'target.exposure';
  checkCount(check, `${at}.domains`, domains.length, MAX_DOMAINS);
  if (certificates !== undefined) {
    checkCount(check, `${at}.certificates`, certificates.length, MAX_CERTIFICATES);
  }
  domains.forEach((domain, i) => {
    check.text(
      'GCP_EXPOSURE',
      `${at}.domains[${i}]`,
      domain,
      DOMAIN,
      'a full name in lower case, without wildcard',
    );
  });
}

function checkCount(check: Checker, option: string, count: number, max: number): void {
  if (count >= 1 && count <= max) return;
  check.add('GCP_EXPOSURE', option, {
    what: 'the load balancer needs at least one, and takes a limited number',
    got: count,
    allowed: `1 to ${max}`,
    remedy: 'Correct the list.',
  });
}

export function checkSampleRate(check: Checker, rate: number | undefined): void {
  if (rate === undefined || isUnresolved(rate) || (rate >= 0 && rate <= 1)) return;
  check.add('GCP_EXPOSURE', 'target.exposure.logSampleRate', {
    what: 'the share is out of bounds',
    got: rate,
    allowed: '0 to 1',
    remedy: 'Correct the share.',
  });
}
