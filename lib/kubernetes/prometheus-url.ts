import type { Checker } from './checker';
import { checkHttpUrl } from './http-url';

/** @param reader what asks Prometheus */
export function checkPrometheusUrl(check: Checker, option: string, url: string, reader: string): void {
  checkHttpUrl(check, option, url, {
    what: 'the address of Prometheus is not usable',
    allowed: 'http://host:port or https://host:port',
    remedy: `Write the address as ${reader} reaches it inside the cluster.`,
  });
}
