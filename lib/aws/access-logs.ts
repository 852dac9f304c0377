import { type Problem, show } from '@inferstack/runtime/contract';
import type { ApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Stack } from 'aws-cdk-lib/core';
import type { EndpointPlan } from '../core';
import type { AccessLogOptions, FargateEndpointOptions } from './fargate-endpoint-options';

/** Refuses buckets the load balancer cannot write to, and logs of a load balancer that is not created here. */
export function checkAccessLogs(
  { path }: EndpointPlan,
  { protection }: FargateEndpointOptions,
  createsLoadBalancer: boolean,
): Problem[] {
  const logs = protection?.accessLogs;
  if (logs === undefined) return [];
  const at = `${path}: target.protection.accessLogs`;
  if (!createsLoadBalancer) {
    return [
      {
        code: 'AWS_ACCESS_LOGS',
        at,
        what: 'the load balancer is yours, and its access logs belong to it',
        got: 'accessLogs with a load balancer of yours',
        allowed: 'accessLogs with Exposure.private or Exposure.internet',
        remedy: 'Call logAccessLogs() on your load balancer.',
      },
    ];
  }
  if (logs.bucket.encryptionKey === undefined) return [];
  return [
    {
      code: 'AWS_ACCESS_LOGS',
      at,
      what: 'load balancers cannot write to buckets that are encrypted with a KMS key',
      got: show('a bucket with encryptionKey'),
      allowed: 'BucketEncryption.S3_MANAGED',
      remedy: 'Give a bucket with S3-managed encryption.',
    },
  ];
}

/**
 * Does what `logAccessLogs()` does, but needs no region at synthesis. The service principal works in every region:
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
 */
export function enableAccessLogs(
  loadBalancer: ApplicationLoadBalancer,
  { bucket, prefix }: AccessLogOptions,
  name: string,
): void {
  const { account, region, partition } = Stack.of(loadBalancer);
  const folder = prefix ?? name;
  const objects = `${folder === '' ? '' : `${folder}/`}AWSLogs/${account}/*`;
  const { policyDependable } = bucket.addToResourcePolicy(
    new PolicyStatement({
      actions: ['s3:PutObject'],
      principals: [new ServicePrincipal('logdelivery.elasticloadbalancing.amazonaws.com')],
      resources: [bucket.arnForObjects(objects)],
      conditions: {
        ArnLike: {
          'aws:SourceArn': `arn:${partition}:elasticloadbalancing:${region}:${account}:loadbalancer/*`,
        },
      },
    }),
  );
  loadBalancer.setAttribute('access_logs.s3.enabled', 'true');
  loadBalancer.setAttribute('access_logs.s3.bucket', bucket.bucketName);
  loadBalancer.setAttribute('access_logs.s3.prefix', folder);
  // The load balancer tries a write when logging is switched on.
  if (policyDependable !== undefined) loadBalancer.node.addDependency(policyDependable);
}
