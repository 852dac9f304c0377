import { Template } from 'aws-cdk-lib/assertions';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Port, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { App, Duration, Stack } from 'aws-cdk-lib/core';
import { FargateModelEndpoint } from 'inferstack/aws';
import { endpointIn, fargate, newStack } from './support';

const dimensions = (metric: Metric) => Object.keys(metric.dimensions ?? {}).sort();

describe('native', () => {
  test('holds every resource', () => {
    const { native, endpoint } = fargate();
    expect(native.container.containerName).toBe('runtime');
    expect(native.taskDefinition.taskRole).toBe(native.taskRole);
    expect(native.taskDefinition.executionRole).toBe(native.executionRole);
    for (const part of [
      native.service,
      native.listener,
      native.listenerRule,
      native.targetGroup,
      native.scaling,
    ]) {
      expect(part.node.path.startsWith(`${endpoint.node.path}/`)).toBe(true);
    }
    expect(endpoint.runtimeConfig.models[0]!.uri).toBe(native.modelAssets[0]!.s3ObjectUrl);
  });

  test('lets peers in, by grant and by connections', () => {
    const { stack, vpc } = newStack();
    const { native } = endpointIn(stack, { vpc });
    native.grantInvoke(new SecurityGroup(stack, 'Granted', { vpc }));
    native.connections.allowFrom(new SecurityGroup(stack, 'Allowed', { vpc }), Port.tcp(80));
    const sources = Object.values(
      Template.fromStack(stack).findResources('AWS::EC2::SecurityGroupIngress'),
    ).filter((rule) => JSON.stringify(rule['Properties'].GroupId).includes('LoadBalancer'));
    expect(sources.map((rule) => rule['Properties'].FromPort)).toEqual([80, 80]);
  });

  test('metrics carry the dimensions AWS publishes', () => {
    const { native } = fargate();
    const traffic = ['LoadBalancer', 'TargetGroup'];
    const balanced = [native.metricRequests(), native.metricLatency(), native.metricHealthyReplicas()];
    for (const metric of balanced as Metric[]) {
      expect(metric.namespace).toBe('AWS/ApplicationELB');
      expect(dimensions(metric)).toEqual(traffic);
    }
    for (const metric of [native.metricCpuUtilization(), native.metricMemoryUtilization()]) {
      expect(metric.namespace).toBe('AWS/ECS');
      expect(dimensions(metric)).toEqual(['ClusterName', 'ServiceName']);
    }
  });

  test('metrics take options', () => {
    const { native } = fargate();
    expect(native.metricLatency({ statistic: 'p50', period: Duration.minutes(5) })).toMatchObject({
      statistic: 'p50',
      period: Duration.minutes(5),
    });
    const errors = native.metricErrors({ minRequests: 7, period: Duration.minutes(5) });
    expect(errors.expression).toContain('>= 7');
    expect(errors.period.toSeconds()).toBe(300);
  });
});

describe('FargateModelEndpoint.fromAttributes', () => {
  const attributes = {
    url: 'https://credit.example.com',
    securityGroupId: 'sg-123',
    loadBalancerFullName: 'app/credit/50dc6c495c0c9188',
    targetGroupFullName: 'targetgroup/credit/73e2d6bc24d8a067',
    clusterName: 'credit',
    serviceName: 'credit',
  };
  const imported = (more: object = {}) => {
    const stack = new Stack(new App(), 'Client');
    const endpoint = FargateModelEndpoint.fromAttributes(stack, 'Imported', { ...attributes, ...more });
    return { stack, endpoint };
  };

  test('can be granted and measured like one of this stack', () => {
    const { stack, endpoint } = imported();
    const vpc = new Vpc(stack, 'Vpc', { restrictDefaultSecurityGroup: false });
    endpoint.grantInvoke(new SecurityGroup(stack, 'Client', { vpc }));
    Template.fromStack(stack).hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      GroupId: 'sg-123',
      FromPort: 443,
    });
    expect(endpoint.url).toBe('https://credit.example.com');
    expect((endpoint.metricRequests() as Metric).dimensions).toEqual({
      LoadBalancer: 'app/credit/50dc6c495c0c9188',
      TargetGroup: 'targetgroup/credit/73e2d6bc24d8a067',
    });
    expect(endpoint.metricCpuUtilization().dimensions).toEqual({
      ClusterName: 'credit',
      ServiceName: 'credit',
    });
  });

  test('leaves out the errors of a shared load balancer', () => {
    expect(Object.keys(imported().endpoint.metricErrors().usingMetrics)).toContain('refused');
    const shared = imported({ sharedLoadBalancer: true, port: 8443 }).endpoint;
    expect(Object.keys(shared.metricErrors().usingMetrics)).toEqual(['requests', 'failed', 'unreachable']);
    expect(shared.connections.defaultPort?.toString()).toBe('8443');
  });
});
