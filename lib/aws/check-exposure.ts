import { type Problem, show } from '@inferstack/runtime/contract';
import { PrivateHostedZone } from 'aws-cdk-lib/aws-route53';
import { isUnresolved } from '../core';
import { isEncrypted } from './bound-exposure';
import type { DomainOptions, ListenerExposureOptions, LoadBalancerExposureOptions } from './exposure-options';
import type { Network } from './network';

interface Encryption {
  readonly certificate?: unknown;
  readonly domain?: DomainOptions;
  readonly plainHttp?: boolean;
}

/** Refuses unencrypted HTTP unless it was asked for, and both at once. */
export function checkEncryption(at: string, options: Encryption, factory: string): Problem[] {
  const encrypted = isEncrypted(options);
  if (encrypted !== (options.plainHttp ?? false)) return [];
  if (encrypted) {
    return [
      {
        code: 'AWS_EXPOSURE',
        at,
        what: 'plainHttp contradicts the certificate or domain',
        got: show({ plainHttp: true }),
        allowed: 'one of certificate, domain, plainHttp: true',
        remedy: 'Remove plainHttp.',
      },
    ];
  }
  return [
    {
      code: 'AWS_EXPOSURE_PLAIN_HTTP',
      at,
      what: 'inputs and predictions would be readable by anyone on the way',
      got: `${factory} without certificate and domain`,
      allowed: 'certificate, domain, or plainHttp: true',
      remedy: 'Give a certificate or a domain; plainHttp: true accepts the risk.',
    },
  ];
}

/** Refuses a name outside its zone, and a certificate that could never be validated. */
export function checkCertificate(at: string, { certificate, domain }: Encryption): Problem[] {
  if (domain === undefined) return [];
  const problems: Problem[] = [];
  const { name, zone } = domain;
  const resolved = !isUnresolved(name) && !isUnresolved(zone.zoneName);
  if (resolved && name !== zone.zoneName && !name.endsWith(`.${zone.zoneName}`)) {
    problems.push({
      code: 'AWS_EXPOSURE',
      at: `${at}: domain.name`,
      what: 'the name does not lie in its zone',
      got: show(name),
      allowed: `${zone.zoneName} or a name that ends with .${zone.zoneName}`,
      remedy: 'Correct the name or give the zone it lies in.',
    });
  }
  if (certificate === undefined && zone instanceof PrivateHostedZone) {
    problems.push({
      code: 'AWS_EXPOSURE',
      at: `${at}: certificate`,
      what: 'a certificate cannot be validated in a private zone',
      got: 'a private zone and no certificate',
      allowed: 'a public zone, or a certificate',
      remedy:
        'Give a certificate, e.g. of AWS Private CA or one validated in the public zone of the same name.',
    });
  }
  return problems;
}

export function checkPublicSubnets(at: string, { options, vpc }: Network): Problem[] {
  const given = options.loadBalancerSubnets !== undefined;
  if (given || vpc.publicSubnets.length >= 2) return [];
  return [
    {
      code: 'AWS_SUBNETS',
      at,
      what: 'an internet-facing load balancer needs public subnets in two availability zones',
      got: `${vpc.publicSubnets.length} public subnet(s)`,
      allowed: '2 or more',
      remedy: 'Add public subnets to the VPC, or name others with network.loadBalancerSubnets.',
    },
  ];
}

function checkPort(at: string, port: number | undefined): Problem[] {
  if (port === undefined || isUnresolved(port)) return [];
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return [];
  return [
    {
      code: 'AWS_EXPOSURE',
      at,
      what: 'the port is out of bounds',
      got: show(port),
      allowed: '1 to 65535',
      remedy: 'Correct the port.',
    },
  ];
}

export function checkLoadBalancer(
  at: string,
  { port, testPort, loadBalancer, domain }: LoadBalancerExposureOptions,
): Problem[] {
  const problems = [...checkPort(`${at}: port`, port), ...checkPort(`${at}: testPort`, testPort)];
  if (domain !== undefined && !knowsCanonicalZone(loadBalancer)) {
    problems.push({
      code: 'AWS_EXPOSURE',
      at: `${at}: domain`,
      what: 'an alias record needs the DNS name and zone of the load balancer, which were not imported',
      got: 'a load balancer without loadBalancerCanonicalHostedZoneId or loadBalancerDnsName',
      allowed: 'a load balancer imported with both',
      remedy: 'Import it with both attributes, or create the record yourself and give a certificate.',
    });
  }
  return problems;
}

// On an imported load balancer the getters throw when the attribute was not given.
function knowsCanonicalZone(loadBalancer: LoadBalancerExposureOptions['loadBalancer']): boolean {
  try {
    return [loadBalancer.loadBalancerDnsName, loadBalancer.loadBalancerCanonicalHostedZoneId].every(Boolean);
  } catch {
    return false;
  }
}

export function checkListener(at: string, { priority, conditions }: ListenerExposureOptions): Problem[] {
  const problems: Problem[] = [];
  const usable = Number.isInteger(priority) && priority >= 1 && priority <= 50_000;
  if (!isUnresolved(priority) && !usable) {
    problems.push({
      code: 'AWS_EXPOSURE',
      at: `${at}: priority`,
      what: 'the priority of the rule is out of bounds',
      got: show(priority),
      allowed: 'a whole number, 1 to 50000, unique on the listener',
      remedy: 'Correct the priority.',
    });
  }
  if (conditions.length === 0) {
    problems.push({
      code: 'AWS_EXPOSURE',
      at: `${at}: conditions`,
      what: 'the rule has no condition',
      got: '[]',
      allowed: 'one condition or more',
      remedy: "Give one, e.g. ListenerCondition.hostHeaders(['credit.example.com']).",
    });
  }
  return problems;
}
