import {
  ApplicationListenerRule,
  type ApplicationTargetGroup,
  type IApplicationListener,
  type IApplicationLoadBalancer,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import type { TestEntrance } from './bound-exposure';
import type { EndpointContext } from './create-endpoint';
import { forwardTo } from './delivery/forward';
import { shiftsRequests } from './delivery/shift';
import type { TrafficSource } from './endpoint-metrics';
import { createGrpcEdge, type GrpcEdge } from './grpc';
import { createTargetGroup } from './load-balancer';

export interface Edge {
  readonly url: string;
  readonly loadBalancer: IApplicationLoadBalancer | undefined;
  readonly listener: IApplicationListener;
  readonly listenerRule: ApplicationListenerRule;
  readonly targetGroup: ApplicationTargetGroup;
  /** The second one, when ECS moves requests between two. */
  readonly alternateTargetGroup: ApplicationTargetGroup | undefined;
  readonly grpc: GrpcEdge | undefined;
  readonly source: TrafficSource;
  /** Where the new version can be asked before callers do; undefined where the exposure has no place for it. */
  readonly testEntrance: TestEntrance | undefined;
}

/** How requests reach the replicas: only the ports for predictions are ever registered. */
export function createEdge(scope: Construct, { plan, options, exposure, network }: EndpointContext): Edge {
  const bound = exposure.bind(scope, {
    network,
    options,
    name: plan.name,
    requestTimeoutMs: plan.runtime.requestTimeoutMs,
    grpc: plan.runtime.grpc,
  });
  const { loadBalancer, listener, ownLoadBalancer, url, rule, testEntrance } = bound;
  const targetGroup = createTargetGroup(scope, plan, network);
  const alternateTargetGroup = shiftsRequests(plan)
    ? createTargetGroup(scope, plan, network, 'GreenTargetGroup')
    : undefined;
  const listenerRule = new ApplicationListenerRule(scope, 'ListenerRule', {
    listener,
    priority: rule.priority,
    conditions: [...rule.conditions],
    action: forwardTo(targetGroup, alternateTargetGroup),
  });
  const source = {
    loadBalancer: ownLoadBalancer?.loadBalancerFullName ?? targetGroup.firstLoadBalancerFullName,
    targetGroup: targetGroup.targetGroupFullName,
    alternateTargetGroup: alternateTargetGroup?.targetGroupFullName,
    ownsLoadBalancer: ownLoadBalancer !== undefined,
  };
  const grpc = createGrpcEdge(scope, plan, network, bound);
  const groups = { targetGroup, alternateTargetGroup, grpc };
  return { url, loadBalancer, listener, listenerRule, ...groups, source, testEntrance };
}
