import { type Problem, show } from '@inferstack/runtime/contract';
import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import type { Construct } from 'constructs';
import { isUnresolved } from '../core';

export interface ManagedRulesOptions {
  /** Requests one address may send in 5 minutes, 10 to 2000000000; more are blocked. @default - no limit */
  readonly requestsPerAddress?: number;
}

/** Web application firewall in front of a created load balancer. */
export abstract class WebAcl {
  /** A regional web ACL of yours. */
  static fromArn(webAclArn: string): WebAcl {
    return new ExistingWebAcl(webAclArn);
  }

  /**
   * AWS's managed rules: common attacks, known bad inputs, addresses of ill repute. The limit of 8 KiB on bodies only
   * counts, since tensors are larger; the runtime has its own limit.
   */
  static managedRules(options: ManagedRulesOptions = {}): WebAcl {
    return new ManagedWebAcl(options);
  }

  check(_at: string): Problem[] {
    return [];
  }

  /** Attaches the ACL to the resource. */
  abstract bind(scope: Construct, resourceArn: string): void;
}

class ExistingWebAcl extends WebAcl {
  constructor(private readonly webAclArn: string) {
    super();
  }

  bind(scope: Construct, resourceArn: string): void {
    new CfnWebACLAssociation(scope, 'WebAclAssociation', { webAclArn: this.webAclArn, resourceArn });
  }
}

class ManagedWebAcl extends WebAcl {
  constructor(private readonly options: ManagedRulesOptions) {
    super();
  }

  override check(at: string): Problem[] {
    const limit = this.options.requestsPerAddress;
    if (limit === undefined || isUnresolved(limit)) return [];
    if (Number.isInteger(limit) && limit >= 10 && limit <= 2_000_000_000) return [];
    return [
      {
        code: 'AWS_WEB_ACL',
        at: `${at}: requestsPerAddress`,
        what: 'AWS WAF does not count to this limit',
        got: show(limit),
        allowed: 'a whole number, 10 to 2000000000',
        remedy: 'Correct the limit.',
      },
    ];
  }

  bind(scope: Construct, resourceArn: string): void {
    const acl = new CfnWebACL(scope, 'WebAcl', {
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: visibility('WebAcl'),
      rules: this.rules(),
    });
    new CfnWebACLAssociation(scope, 'WebAclAssociation', { webAclArn: acl.attrArn, resourceArn });
  }

  private rules(): CfnWebACL.RuleProperty[] {
    const managed = [
      managedRule(0, 'AWSManagedRulesAmazonIpReputationList'),
      managedRule(1, 'AWSManagedRulesKnownBadInputsRuleSet'),
      managedRule(2, 'AWSManagedRulesCommonRuleSet', [
        { name: 'SizeRestrictions_BODY', actionToUse: { count: {} } },
      ]),
    ];
    const limit = this.options.requestsPerAddress;
    return limit === undefined ? managed : [...managed, rateRule(managed.length, limit)];
  }
}

function managedRule(
  priority: number,
  name: string,
  ruleActionOverrides?: CfnWebACL.RuleActionOverrideProperty[],
): CfnWebACL.RuleProperty {
  return {
    name,
    priority,
    overrideAction: { none: {} },
    statement: { managedRuleGroupStatement: { vendorName: 'AWS', name, ruleActionOverrides } },
    visibilityConfig: visibility(name),
  };
}

function rateRule(priority: number, limit: number): CfnWebACL.RuleProperty {
  return {
    name: 'RequestsPerAddress',
    priority,
    action: { block: {} },
    statement: { rateBasedStatement: { aggregateKeyType: 'IP', limit } },
    visibilityConfig: visibility('RequestsPerAddress'),
  };
}

// Request samples hold headers and paths, never bodies.
function visibility(metricName: string): CfnWebACL.VisibilityConfigProperty {
  return { cloudWatchMetricsEnabled: true, sampledRequestsEnabled: true, metricName };
}
