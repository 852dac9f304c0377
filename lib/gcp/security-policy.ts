import {
  ComputeSecurityPolicy,
  type ComputeSecurityPolicyRule,
} from '@cdktf/provider-google/lib/compute-security-policy';
import type { Construct } from 'constructs';
import { isUnresolved } from '../core';
import { literal } from '../terraform';
import type { Checker } from './checker';
import type { EndpointContext } from './context';

export interface ManagedRulesOptions {
  /** Requests one address may send in a minute, 1 to 1000000; more get 429. @default - no limit */
  readonly requestsPerAddress?: number;
  /** Address ranges that may connect, CIDR; all others get 403. @default - every address */
  readonly allowFrom?: readonly string[];
}

export interface BoundSecurityPolicy {
  readonly id: string;
  /** undefined: yours. */
  readonly resource: ComputeSecurityPolicy | undefined;
}

/** Firewall (Cloud Armor) in front of a global load balancer. */
export abstract class SecurityPolicy {
  /** One of yours, by self link or id. */
  static existing(id: string): SecurityPolicy {
    return new ExistingPolicy(id);
  }

  /**
   * Google's rules against scanners, attacks on the protocol, and the reading or running of files, at the level with
   * the fewest false alarms. Rules on SQL and scripts are left out: tensors of numbers and free text set them off.
   */
  static managedRules(options: ManagedRulesOptions = {}): SecurityPolicy {
    return new ManagedPolicy(options);
  }

  check(_check: Checker): void {}
  abstract bind(scope: Construct, context: EndpointContext): BoundSecurityPolicy;
}

class ExistingPolicy extends SecurityPolicy {
  constructor(private readonly id: string) {
    super();
  }

  bind(): BoundSecurityPolicy {
    return { id: literal(this.id), resource: undefined };
  }
}

/** https://cloud.google.com/armor/docs/waf-rules */
const RULE_SETS = ['scannerdetection', 'protocolattack', 'lfi', 'rfi', 'rce'];
const CIDR = /^([0-9]{1,3}(\.[0-9]{1,3}){3}\/([0-9]|[12][0-9]|3[0-2])|[0-9a-f:]+:[0-9a-f:]*\/[0-9]{1,3})$/;
/** A rule takes ten ranges: https://cloud.google.com/armor/quotas */
const RANGES_PER_RULE = 10;
const MAX_RANGES = 100;
const LAST = 2_147_483_647;

class ManagedPolicy extends SecurityPolicy {
  constructor(private readonly options: ManagedRulesOptions) {
    super();
  }

  override check(check: Checker): void {
    const at = 'target.exposure.securityPolicy';
    const { requestsPerAddress, allowFrom } = this.options;
    if (requestsPerAddress !== undefined) {
      check.number('GCP_SECURITY_POLICY', `${at}.requestsPerAddress`, requestsPerAddress, [1, 1_000_000]);
    }
    if (allowFrom === undefined) return;
    check.number('GCP_SECURITY_POLICY', `${at}.allowFrom.length`, allowFrom.length, [1, MAX_RANGES]);
    allowFrom.forEach((range, i) => {
      if (isUnresolved(range)) return;
      check.text(
        'GCP_SECURITY_POLICY',
        `${at}.allowFrom[${i}]`,
        range,
        CIDR,
        'a range such as 203.0.113.0/24',
      );
    });
  }

  bind(scope: Construct, { name, project }: EndpointContext): BoundSecurityPolicy {
    const resource = new ComputeSecurityPolicy(scope, 'SecurityPolicy', {
      name,
      project,
      rule: this.rules(),
    });
    return { id: resource.id, resource };
  }

  private rules(): ComputeSecurityPolicyRule[] {
    const { allowFrom } = this.options;
    return [
      ...RULE_SETS.map(attackRule),
      ...chunks(allowFrom ?? ['*']).map((ranges, i) => this.allowRule(1000 + i, ranges)),
      { priority: LAST, action: allowFrom === undefined ? 'allow' : 'deny(403)', match: addresses(['*']) },
    ];
  }

  private allowRule(priority: number, ranges: readonly string[]): ComputeSecurityPolicyRule {
    const count = this.options.requestsPerAddress;
    const match = addresses(ranges);
    if (count === undefined) return { priority, action: 'allow', match };
    return {
      priority,
      action: 'throttle',
      match,
      rateLimitOptions: {
        conformAction: 'allow',
        exceedAction: 'deny(429)',
        enforceOnKey: 'IP',
        rateLimitThreshold: { count, intervalSec: 60 },
      },
    };
  }
}

function attackRule(set: string, index: number): ComputeSecurityPolicyRule {
  const expression = `evaluatePreconfiguredWaf('${set}-v33-stable', {'sensitivity': 1})`;
  return { priority: 100 + index, action: 'deny(403)', description: set, match: { expr: { expression } } };
}

const addresses = (ranges: readonly string[]) => ({
  versionedExpr: 'SRC_IPS_V1',
  config: { srcIpRanges: ranges.map(literal) },
});

function chunks(ranges: readonly string[]): (readonly string[])[] {
  const count = Math.ceil(ranges.length / RANGES_PER_RULE);
  return Array.from({ length: count }, (_, i) =>
    ranges.slice(i * RANGES_PER_RULE, (i + 1) * RANGES_PER_RULE),
  );
}
