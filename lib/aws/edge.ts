import {
  ApplicationListenerRule,
  type ApplicationTargetGroup,
  type IApplicationListener,
  type IApplicationLoadBalancer,
  ListenerAction,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import type { EndpointContext } from './create-endpoint';
import type { TrafficSource } from './endpoint-metrics';
import { createGrpcEdge, type GrpcEdge } from './grpc';
import { createTargetGroup } from './load-balancer';

export interface Edge {
  readonly url: string;
  readonly loadBalancer: IApplicationLoadBalancer | undefined;
  readonly listener: IApplicationListener;
  readonly listenerRule: ApplicationListenerRule;
  readonly targetGroup: ApplicationTargetGroup;
  readonly grpc: GrpcEdge | undefined;
  readonly source: TrafficSource;
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
  const { loadBalancer, listener, ownLoadBalancer, url, rule } = bound;
  const targetGroup = createTargetGroup(scope, plan, network);
  const listenerRule = new ApplicationListenerRule(scope, 'ListenerRule', {
    listener,
    priority: rule.priority,
    conditions: [...rule.conditions],
    action: ListenerAction.forward([targetGroup]),
  });
  const source = {
    loadBalancer: ownLoadBalancer?.loadBalancerFullName ?? targetGroup.firstLoadBalancerFullName,
    targetGroup: targetGroup.targetGroupFullName,
    ownsLoadBalancer: ownLoadBalancer !== undefined,
  };
  const grpc = createGrpcEdge(scope, plan, network, bound);
  return { url, loadBalancer, listener, listenerRule, targetGroup, grpc, source };
}
