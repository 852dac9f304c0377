import { hasUnknown, type ValueObject } from '../value';
import { type ArgumentRule, type Finding, occurrences, oneOf, type Rule, range, relation } from './rule';

const DOCS = 'https://registry.terraform.io/providers/hashicorp/azurerm/4.55.0/docs/resources';
const GATEWAY = 'azurerm_application_gateway';
const POLICY = 'azurerm_web_application_firewall_policy';

/** Which argument of a gateway names which of its parts. */
const PARTS: readonly (readonly [user: string, part: string])[] = [
  ['http_listener.frontend_ip_configuration_name', 'frontend_ip_configuration'],
  ['http_listener.frontend_port_name', 'frontend_port'],
  ['http_listener.ssl_certificate_name', 'ssl_certificate'],
  ['request_routing_rule.http_listener_name', 'http_listener'],
  ['request_routing_rule.backend_address_pool_name', 'backend_address_pool'],
  ['request_routing_rule.backend_http_settings_name', 'backend_http_settings'],
  ['request_routing_rule.redirect_configuration_name', 'redirect_configuration'],
  ['redirect_configuration.target_listener_name', 'http_listener'],
  ['backend_http_settings.probe_name', 'probe'],
];

const parts = relation({
  id: `${GATEWAY}.parts`,
  types: [GATEWAY],
  source: `${DOCS}/application_gateway`,
  check: (config) => PARTS.flatMap(([user, part]) => dangling(config, user.split('.'), part)),
  faults: PARTS.filter(([user]) => !user.includes('redirect')).map(([user]) => ({
    [user.replace('.', '.0.')]: 'nowhere',
  })),
});

const rulePriorities = unique(GATEWAY, 'request_routing_rule', 'application_gateway#priority');
const customPriorities = unique(POLICY, 'custom_rules', 'web_application_firewall_policy#priority');

const rateLimit = relation({
  id: `${POLICY}.rate-limit`,
  types: [POLICY],
  source: `${DOCS}/web_application_firewall_policy#rate_limit_threshold`,
  check: (config) =>
    occurrences(config, ['custom_rules']).flatMap(({ path, value }) => {
      const {
        rule_type: type,
        rate_limit_threshold: threshold,
        rate_limit_duration: duration,
      } = value as ValueObject;
      const limited = type === 'RateLimitRule';
      const complete = threshold !== null && duration !== null;
      const none = threshold === null && duration === null;
      return typeof type !== 'string' || (limited ? complete : none)
        ? []
        : [
            {
              path,
              message:
                'rate_limit_threshold and rate_limit_duration go with a RateLimitRule, and only with it',
            },
          ];
    }),
  faults: [{ 'custom_rules.0.rule_type': 'MatchRule' }, { 'custom_rules.0.rate_limit_duration': undefined }],
});

export const applicationGatewayRules: readonly Rule[] = [
  range(documented(GATEWAY, 'frontend_port.port'), 1, 65_535),
  range(documented(GATEWAY, 'request_routing_rule.priority'), 1, 20_000),
  range(documented(GATEWAY, 'autoscale_configuration.min_capacity'), 0, 100),
  range(documented(GATEWAY, 'autoscale_configuration.max_capacity'), 2, 125),
  range(documented(GATEWAY, 'backend_http_settings.request_timeout'), 1, 86_400),
  oneOf(documented(GATEWAY, 'http_listener.protocol'), ['Http', 'Https']),
  oneOf(documented(GATEWAY, 'backend_http_settings.protocol'), ['Http', 'Https']),
  oneOf(documented(POLICY, 'policy_settings.mode'), ['Detection', 'Prevention']),
  oneOf(documented(POLICY, 'custom_rules.rule_type'), ['MatchRule', 'RateLimitRule', 'Invalid']),
  oneOf(documented(POLICY, 'custom_rules.rate_limit_duration'), ['OneMin', 'FiveMins']),
  oneOf(documented(POLICY, 'custom_rules.group_rate_limit_by'), ['GeoLocation', 'ClientAddr', 'None']),
  range(documented(POLICY, 'policy_settings.file_upload_limit_in_mb'), 1, 4000),
  range(documented(POLICY, 'policy_settings.max_request_body_size_in_kb'), 8, 2000),
  parts,
  rulePriorities,
  customPriorities,
  rateLimit,
];

function documented(type: string, argument: string): ArgumentRule {
  return {
    types: [type],
    argument,
    source: `${DOCS}/${type.slice('azurerm_'.length)}#${argument.split('.').at(-1)}`,
  };
}

function dangling(config: ValueObject, user: readonly string[], part: string): Finding[] {
  const declared = occurrences(config, [part, 'name']).map(({ value }) => value);
  if (declared.some(hasUnknown)) return [];
  return occurrences(config, user)
    .filter(({ value }) => typeof value === 'string' && !declared.includes(value))
    .map(({ path, value }) => ({ path, message: `${JSON.stringify(value)} is the name of no ${part}` }));
}

/** Rules of one gateway or policy must each have a priority of their own. */
function unique(type: string, block: string, page: string): Rule {
  return relation({
    id: `${type}.priorities`,
    types: [type],
    source: `${DOCS}/${page}`,
    check(config) {
      const found = occurrences(config, [block, 'priority']).filter(({ value }) => typeof value === 'number');
      const doubles = found.filter(({ value }, i) => found.findIndex((other) => other.value === value) !== i);
      return doubles.map(({ path, value }) => ({ path, message: `priority ${String(value)} is taken` }));
    },
    faults: [{ [`${block}.1.priority`]: 100 }],
  });
}
