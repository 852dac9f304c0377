import {
  ApplicationListener,
  ApplicationListenerRule,
  ApplicationProtocol,
  type ApplicationTargetGroup,
  ListenerAction,
  ListenerCondition,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import type { TestEntrance } from '../bound-exposure';
import { forwardTo } from './forward';

/** A second way to the replicas, on which ECS shows the new version first. Nobody may connect unless let in. */
export interface TestListener {
  readonly listener: ApplicationListener;
  readonly rule: ApplicationListenerRule;
  readonly port: number;
  readonly url: string;
}

/** Plain HTTP inside the VPC, as between load balancer and replicas: golden samples and their answers alone go there. */
export function createTestListener(
  scope: Construct,
  { loadBalancer, port }: TestEntrance,
  blue: ApplicationTargetGroup,
  green: ApplicationTargetGroup,
): TestListener {
  const listener = new ApplicationListener(scope, 'TestListener', {
    loadBalancer,
    port,
    protocol: ApplicationProtocol.HTTP,
    open: false,
    defaultAction: ListenerAction.fixedResponse(404),
  });
  const rule = new ApplicationListenerRule(scope, 'TestListenerRule', {
    listener,
    priority: 1,
    conditions: [ListenerCondition.pathPatterns(['/v2/*'])],
    action: forwardTo(blue, green),
  });
  return { listener, rule, port, url: `http://${loadBalancer.loadBalancerDnsName}:${port}` };
}
