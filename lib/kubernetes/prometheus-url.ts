import type { Checker } from './checker';

/** @param reader what asks Prometheus */
export function checkPrometheusUrl(check: Checker, option: string, url: string, reader: string): void {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return;
  check.add('KUBERNETES_OPTION', option, {
    what: 'the address of Prometheus is not usable',
    got: url,
    allowed: 'http://host:port or https://host:port',
    remedy: `Write the address as ${reader} reaches it inside the cluster.`,
  });
}
