import { type Problem, show } from '@inferstack/runtime/contract';
import type { ListenerCondition } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { isUnresolved } from '../core';
import { GRPC_PATHS } from './grpc';

/** Refuses gRPC on a listener without TLS: load balancers forward it from HTTPS listeners only. */
export function checkGrpcEncryption(at: string, grpc: boolean, encrypted: boolean): Problem[] {
  if (!grpc || encrypted) return [];
  return [
    {
      code: 'AWS_GRPC_PLAIN_HTTP',
      at,
      what: 'a load balancer forwards gRPC from HTTPS listeners only',
      got: 'runtime.grpc without certificate and domain',
      allowed: 'certificate or domain',
      remedy: 'Give the exposure a certificate or a domain, or switch runtime.grpc off.',
    },
  ];
}

interface ListenerRules {
  readonly priority: number;
  readonly grpcPriority?: number;
  readonly conditions: readonly ListenerCondition[];
}

/** Refuses a rule on a listener of the user that could not exist beside, or would never come before, that of HTTP. */
export function checkGrpcRule(at: string, grpc: boolean, rules: ListenerRules): Problem[] {
  const { grpcPriority } = rules;
  const problem = (option: string, what: string, got: unknown, allowed: string, remedy: string) => [
    { code: 'AWS_GRPC_RULE', at: `${at}: ${option}`, what, got: show(got), allowed, remedy },
  ];
  if (!grpc) {
    if (grpcPriority === undefined) return [];
    const what = 'there is nothing to route to: the endpoint does not speak gRPC';
    return problem('grpcPriority', what, grpcPriority, 'no grpcPriority', 'Remove it, or set runtime.grpc.');
  }
  return [...checkPriority(problem, rules), ...checkConditions(problem, rules)];
}

type Refuse = (option: string, what: string, got: unknown, allowed: string, remedy: string) => Problem[];

function checkPriority(refuse: Refuse, { priority, grpcPriority }: ListenerRules): Problem[] {
  if (isUnresolved(priority) || isUnresolved(grpcPriority)) return [];
  if (Number.isInteger(grpcPriority) && grpcPriority! >= 1 && grpcPriority! < priority) return [];
  return refuse(
    'grpcPriority',
    'the rule for gRPC must come before the rule for HTTP, which matches the same requests',
    grpcPriority,
    `a whole number from 1 on, below priority (${priority}), unique on the listener`,
    'Give the rule for gRPC a smaller priority.',
  );
}

/** Values of all conditions of one rule. Source: quotas of Application Load Balancers, condition values per rule. */
const MOST_VALUES = 5;

function checkConditions(refuse: Refuse, { conditions }: ListenerRules): Problem[] {
  const raw = conditions.map((condition) => condition.renderRawCondition() as RawCondition);
  if (raw.some(({ field }) => field === 'path-pattern')) {
    const what = 'a rule has one condition on the path, and gRPC needs it';
    return refuse(
      'conditions',
      what,
      'path-pattern',
      'other conditions, e.g. on the host',
      'Tell the endpoints apart by host.',
    );
  }
  const count = raw.reduce((sum, condition) => sum + valuesOf(condition), 0);
  if (count + GRPC_PATHS.length <= MOST_VALUES) return [];
  const what = `a rule has at most ${MOST_VALUES} values in its conditions, and gRPC needs ${GRPC_PATHS.length} of them`;
  return refuse(
    'conditions',
    what,
    count,
    `at most ${MOST_VALUES - GRPC_PATHS.length} values`,
    'Use fewer values.',
  );
}

/** As CloudFormation takes it: the kind, and one object named after it. */
interface RawCondition {
  readonly field: string;
  readonly [config: string]: string | { readonly values: readonly unknown[] };
}

function valuesOf(condition: RawCondition): number {
  return Object.values(condition).reduce(
    (sum, entry) => sum + (typeof entry === 'string' ? 0 : entry.values.length),
    0,
  );
}
