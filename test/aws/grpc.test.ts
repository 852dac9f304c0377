import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { ApplicationListener, ListenerCondition } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Stack } from 'aws-cdk-lib/core';
import { Rollout } from 'inferstack';
import { Exposure } from 'inferstack/aws';
import { problemsOf } from '../support/endpoint';
import { attributes, CERTIFICATE_ARN, container, type EndpointProps, fargate, only } from './support';

const TARGET_GROUP = 'AWS::ElasticLoadBalancingV2::TargetGroup';
const RULE = 'AWS::ElasticLoadBalancingV2::ListenerRule';
const PATHS = ['/inference.GRPCInferenceService/*', '/grpc.health.v1.Health/*'];

const on = { runtime: { grpc: true } };
const certificate = (stack: Stack) => Certificate.fromCertificateArn(stack, 'Tls', CERTIFICATE_ARN);
const encrypted = (props: EndpointProps = on) =>
  fargate(props, (stack) => ({ exposure: Exposure.private({ certificate: certificate(stack) }) }));

describe('an endpoint that speaks gRPC', () => {
  const { template, native, stack } = encrypted();

  test('has a second target group that speaks it and asks for readiness', () => {
    const group = only(template, TARGET_GROUP, 'GrpcTargetGroup');
    expect(group).toMatchObject({
      Port: 8081,
      Protocol: 'HTTP',
      ProtocolVersion: 'GRPC',
      TargetType: 'ip',
      HealthCheckPath: '/inferstack.Readiness/Check',
      Matcher: { GrpcCode: '0' },
    });
    const own = only(template, TARGET_GROUP, 'EndpointTargetGroup');
    expect(attributes(group.TargetGroupAttributes)).toEqual(attributes(own.TargetGroupAttributes));
    expect(own).toMatchObject({ Port: 8080, HealthCheckPath: '/v2/health/ready' });
    expect(own.ProtocolVersion).toBeUndefined();
  });

  test('has a rule before that of HTTP, which stays what it was', () => {
    expect(only(template, RULE, 'GrpcListenerRule')).toMatchObject({
      Priority: 90,
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: PATHS } }],
      Actions: [{ Type: 'forward', TargetGroupArn: { Ref: expect.stringMatching(/GrpcTargetGroup/) } }],
    });
    const without = encrypted({}).template;
    expect(only(template, RULE, 'EndpointListenerRule')).toEqual(only(without, RULE, 'EndpointListenerRule'));
  });

  test('maps the port, registers it, and lets the load balancer alone reach it', () => {
    expect(container(template).PortMappings).toEqual([
      { AppProtocol: 'http', ContainerPort: 8080, Name: 'http', Protocol: 'tcp' },
      { AppProtocol: 'grpc', ContainerPort: 8081, Name: 'grpc', Protocol: 'tcp' },
    ]);
    const { LoadBalancers } = only(template, 'AWS::ECS::Service');
    expect(LoadBalancers).toEqual([
      {
        ContainerName: 'runtime',
        ContainerPort: 8080,
        TargetGroupArn: { Ref: expect.stringMatching(/EndpointTargetGroup/) },
      },
      {
        ContainerName: 'runtime',
        ContainerPort: 8081,
        TargetGroupArn: { Ref: expect.stringMatching(/GrpcTargetGroup/) },
      },
    ]);
    const ingress = Object.values(template.findResources('AWS::EC2::SecurityGroupIngress')).map(
      ({ Properties }) => [Properties.FromPort, Properties.ToPort, Properties.SourceSecurityGroupId],
    );
    const balancer = { 'Fn::GetAtt': [expect.stringMatching(/LoadBalancerSecurityGroup/), 'GroupId'] };
    expect(ingress.sort()).toEqual([
      [8080, 8080, balancer],
      [8081, 8081, balancer],
    ]);
  });

  test('keeps circuit breaker and alarms, and opens the listener of the runtime', () => {
    const service = only(template, 'AWS::ECS::Service').DeploymentConfiguration;
    expect(service.DeploymentCircuitBreaker).toEqual({ Enable: true, Rollback: true });
    expect(service.Alarms.AlarmNames).toHaveLength(2);
    template.resourceCountIs('AWS::CloudWatch::Alarm', 3);
    const [{ Value: config }] = container(template).Environment.filter(
      ({ Name }: { Name: string }) => Name === 'INFERSTACK_CONFIG',
    );
    expect(JSON.stringify(config)).toContain('\\"grpc\\":{\\"host\\":\\"0.0.0.0\\",\\"port\\":8081}');
    expect(native.grpc?.targetGroup.node.path).toBe('CreditRisk/Endpoint/GrpcTargetGroup');
    Annotations.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp('requestsPerReplica'));
  });
});

test('nothing of it is there when it is off', () => {
  const { template, native } = encrypted({});
  template.resourceCountIs(TARGET_GROUP, 1);
  template.resourceCountIs(RULE, 1);
  expect(container(template).PortMappings).toHaveLength(1);
  expect(native.grpc).toBeUndefined();
});

test('scaling on requests that gRPC does not count is told', () => {
  const { stack } = encrypted({ ...on, scaling: { requestsPerReplica: 10 } });
  Annotations.fromStack(stack).hasWarning(
    '*',
    Match.stringLikeRegexp('requestsPerReplica counts requests over HTTP'),
  );
});

test.each([
  ['canary', Rollout.canary(), 1],
  ['rolling', Rollout.rolling(), 0],
])('that nobody watches gRPC while requests move is told: %s', (_, rollout, warnings) => {
  const { stack } = encrypted({ ...on, rollout });
  const found = Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('grpcNotWatched'));
  expect(found).toHaveLength(warnings);
});

describe('without TLS it is refused', () => {
  test.each([
    ['inside the VPC', Exposure.private()],
    ['to the internet', Exposure.internet({ plainHttp: true })],
  ])('%s', (_, exposure) => {
    const problems = problemsOf(() => fargate(on, { exposure }));
    expect(problems.map(({ code }) => code)).toContain('AWS_GRPC_PLAIN_HTTP');
  });
});

describe('on a listener of yours', () => {
  const listener = (
    stack: Stack,
    given: { grpcPriority?: number; conditions?: readonly ListenerCondition[] } = {},
  ) =>
    Exposure.listener({
      listener: ApplicationListener.fromApplicationListenerAttributes(stack, 'Given', {
        listenerArn:
          'arn:aws:elasticloadbalancing:eu-central-1:111122223333:listener/app/shared/50dc6c495c0c9188/f2f7dc8efc522ab2',
        securityGroup: SecurityGroup.fromSecurityGroupId(stack, 'Sg', 'sg-1'),
      }),
      priority: 7,
      conditions: [ListenerCondition.hostHeaders(['credit.example.com'])],
      url: 'https://credit.example.com',
      ...given,
    });

  test('the rule adds the paths to your conditions', () => {
    const { template } = fargate(on, (stack) => ({ exposure: listener(stack, { grpcPriority: 6 }) }));
    expect(only(template, RULE, 'GrpcListenerRule')).toMatchObject({
      Priority: 6,
      Conditions: [
        { Field: 'host-header', HostHeaderConfig: { Values: ['credit.example.com'] } },
        { Field: 'path-pattern', PathPatternConfig: { Values: PATHS } },
      ],
    });
  });

  test.each([
    ['no place for the rule', {}, true],
    ['a place after that of HTTP', { grpcPriority: 8 }, true],
    ['the place of HTTP', { grpcPriority: 7 }, true],
    ['a place that is none', { grpcPriority: 0 }, true],
    ['a place without gRPC', { grpcPriority: 6 }, false],
    [
      'a condition on the path',
      { grpcPriority: 6, conditions: [ListenerCondition.pathPatterns(['/a/*'])] },
      true,
    ],
    [
      'more values than a rule can have',
      { grpcPriority: 6, conditions: [ListenerCondition.hostHeaders(['a.de', 'b.de', 'c.de', 'd.de'])] },
      true,
    ],
  ])('%s is refused', (_, given, grpc) => {
    const work = () => fargate({ runtime: { grpc } }, (stack) => ({ exposure: listener(stack, given) }));
    expect(problemsOf(work).map(({ code }) => code)).toEqual(['AWS_GRPC_RULE']);
  });
});
