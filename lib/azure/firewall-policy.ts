import {
  WebApplicationFirewallPolicy,
  type WebApplicationFirewallPolicyCustomRules,
} from '@cdktf/provider-azurerm/lib/web-application-firewall-policy';
import type { Construct } from 'constructs';
import { literal } from '../terraform';
import type { EndpointContext } from './context';
import type { WebFirewallExposureOptions } from './exposure-options';

const INSPECT_KIB = 128;
/** An address that nobody has: a rule for everyone else is a rule for everyone. */
const NOBODY = '255.255.255.255/32';

/** The rules of Microsoft, and yours before them. */
export function createFirewallPolicy(
  scope: Construct,
  context: EndpointContext,
  options: WebFirewallExposureOptions,
): WebApplicationFirewallPolicy {
  return new WebApplicationFirewallPolicy(scope, 'FirewallPolicy', {
    ...context.placed,
    name: `waf-${context.name}`,
    policySettings: {
      enabled: true,
      mode: options.mode === 'detection' ? 'Detection' : 'Prevention',
      requestBodyCheck: true,
      requestBodyInspectLimitInKb: INSPECT_KIB,
      // The runtime itself refuses bodies above its limit, which is larger than the firewall's largest.
      requestBodyEnforcement: false,
      fileUploadEnforcement: false,
    },
    customRules: customRules(options),
    managedRules: {
      managedRuleSet: [
        { type: 'Microsoft_DefaultRuleSet', version: '2.1' },
        { type: 'Microsoft_BotManagerRuleSet', version: '1.1' },
      ],
    },
  });
}

function customRules(
  options: WebFirewallExposureOptions,
): WebApplicationFirewallPolicyCustomRules[] | undefined {
  const { allowFrom, requestsPerMinute } = options;
  const rules: WebApplicationFirewallPolicyCustomRules[] = [];
  if (allowFrom !== undefined) {
    rules.push({
      ...{ name: 'AllowFrom', priority: 10, ruleType: 'MatchRule', action: 'Block' },
      matchConditions: [elsewhere(allowFrom.map(literal))],
    });
  }
  if (requestsPerMinute !== undefined) {
    rules.push({
      ...{ name: 'RequestsPerMinute', priority: 20, ruleType: 'RateLimitRule', action: 'Block' },
      rateLimitDuration: 'OneMin',
      rateLimitThreshold: requestsPerMinute,
      groupRateLimitBy: 'ClientAddr',
      matchConditions: [elsewhere([NOBODY])],
    });
  }
  return rules.length === 0 ? undefined : rules;
}

const elsewhere = (matchValues: string[]) => ({
  matchVariables: [{ variableName: 'RemoteAddr' }],
  operator: 'IPMatch',
  negationCondition: true,
  matchValues,
});
