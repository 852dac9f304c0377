import { DnsRecordSet } from '@cdktf/provider-google/lib/dns-record-set';
import type { Construct } from 'constructs';
import { literal } from '../terraform';
import type { EndpointContext } from './context';
import { textHash } from './names';

const TTL_SECONDS = 300;

export interface DnsOptions {
  readonly domains: readonly string[];
  readonly dnsZone?: string;
}

export function createDnsRecords(
  scope: Construct,
  { project }: EndpointContext,
  address: string,
  { domains, dnsZone }: DnsOptions,
): DnsRecordSet[] {
  if (dnsZone === undefined) return [];
  return domains.map(
    (domain) =>
      new DnsRecordSet(scope, `DnsRecord-${textHash(scope, domain)}`, {
        project,
        managedZone: literal(dnsZone),
        name: `${literal(domain)}.`,
        type: 'A',
        ttl: TTL_SECONDS,
        rrdatas: [address],
      }),
  );
}
