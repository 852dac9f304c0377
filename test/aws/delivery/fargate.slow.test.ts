import { Template } from 'aws-cdk-lib/assertions';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { ApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Duration, ModelSource, Rollout } from 'inferstack';
import { Exposure } from 'inferstack/aws';
import { exampleModel } from '../../support/endpoint';
import { attributes, CERTIFICATE_ARN, endpointIn, fargate, flat, newStack, only } from '../support';

const TARGET_GROUP = 'AWS::ElasticLoadBalancingV2::TargetGroup';
const RULE = 'AWS::ElasticLoadBalancingV2::ListenerRule';
const LISTENER = 'AWS::ElasticLoadBalancingV2::Listener';
const SERVICE = 'AWS::ECS::Service';
const ALARM = 'AWS::CloudWatch::Alarm';
const POLICY = 'AWS::IAM::Policy';

const canary = fargate({ rollout: Rollout.canary(), scaling: { requestsPerReplica: 10 } });
const ref = (id: string) => ({ Ref: expect.stringMatching(id) });
const attribute = (id: string, name = 'Arn') => ({ 'Fn::GetAtt': [expect.stringMatching(id), name] });
const weighted = (blue: string, green: string) => [
  {
    Type: 'forward',
    ForwardConfig: {
      TargetGroups: [
        { TargetGroupArn: ref(blue), Weight: 100 },
        { TargetGroupArn: ref(green), Weight: 0 },
      ],
    },
  },
];
const deployment = (rollout: Rollout) => only(fargate({ rollout }).template, SERVICE).DeploymentConfiguration;

describe('ECS is told how to move the requests', () => {
  test('canary: a share, its wait, and the wait with all of them', () => {
    expect(only(canary.template, SERVICE).DeploymentConfiguration).toMatchObject({
      Strategy: 'CANARY',
      CanaryConfiguration: { CanaryPercent: 10, CanaryBakeTimeInMinutes: 30 },
      BakeTimeInMinutes: 5,
      Alarms: { Enable: true, Rollback: true },
    });
  });

  test('linear: equal steps and the wait between them', () => {
    const rollout = Rollout.linear({
      step: 12.5,
      interval: Duration.minutes(15),
      finalBake: Duration.hours(1),
    });
    expect(deployment(rollout)).toMatchObject({
      Strategy: 'LINEAR',
      LinearConfiguration: { StepPercent: 12.5, StepBakeTimeInMinutes: 15 },
      BakeTimeInMinutes: 60,
    });
  });

  test.each([
    ['blueGreen', Rollout.blueGreen({ bake: Duration.minutes(20) }), 20],
    ['allAtOnce', Rollout.allAtOnce(), 5],
  ])('%s: all requests at once, and both versions for the bake', (_, rollout, minutes) => {
    const told = deployment(rollout);
    expect(told).toMatchObject({ Strategy: 'BLUE_GREEN', BakeTimeInMinutes: minutes });
    expect(told).not.toHaveProperty('CanaryConfiguration');
    expect(told).not.toHaveProperty('LinearConfiguration');
  });

  test('without the circuit breaker, which it has for rolling updates alone', () => {
    expect(only(canary.template, SERVICE).DeploymentConfiguration).not.toHaveProperty(
      'DeploymentCircuitBreaker',
    );
  });
});

describe('two target groups', () => {
  test('are alike, and share one rule that is never written again', () => {
    const [blue, green] = ['EndpointTargetGroup', 'GreenTargetGroup'].map((id) =>
      only(canary.template, TARGET_GROUP, id),
    );
    expect({ ...green, TargetGroupAttributes: 0 }).toEqual({ ...blue, TargetGroupAttributes: 0 });
    expect(attributes(green!.TargetGroupAttributes)).toEqual(attributes(blue!.TargetGroupAttributes));
    const rule = only(canary.template, RULE, 'EndpointListenerRule');
    expect(rule.Actions).toEqual(weighted('EndpointTargetGroup', 'GreenTargetGroup'));
    const other = fargate({
      model: ModelSource.fromDirectory(exampleModel('breast-cancer', '1')),
      rollout: Rollout.linear({ step: 50 }),
    });
    expect(only(other.template, RULE, 'EndpointListenerRule')).toEqual(rule);
  });

  test('are given to the service with rules and role', () => {
    const { LoadBalancers } = only(canary.template, SERVICE);
    expect(LoadBalancers).toEqual([
      {
        ContainerName: 'runtime',
        ContainerPort: 8080,
        TargetGroupArn: ref('EndpointTargetGroup'),
        AdvancedConfiguration: {
          AlternateTargetGroupArn: ref('GreenTargetGroup'),
          ProductionListenerRule: ref('EndpointListenerRule'),
          TestListenerRule: ref('TestListenerRule'),
          RoleArn: attribute('ShiftRole'),
        },
      },
    ]);
  });

  test('gRPC has two of its own, moved by a rule of its own', () => {
    const { template } = fargate({ runtime: { grpc: true }, rollout: Rollout.canary() }, (stack) => ({
      exposure: Exposure.private({
        certificate: Certificate.fromCertificateArn(stack, 'Tls', CERTIFICATE_ARN),
      }),
    }));
    expect(only(template, TARGET_GROUP, 'GreenGrpcTargetGroup')).toMatchObject({
      ProtocolVersion: 'GRPC',
      HealthCheckPath: '/inferstack.Readiness/Check',
    });
    expect(only(template, RULE, 'GrpcListenerRule').Actions).toEqual(
      weighted('EndpointGrpcTargetGroup', 'GreenGrpcTargetGroup'),
    );
    expect(only(template, SERVICE).LoadBalancers[1]).toMatchObject({
      ContainerPort: 8081,
      AdvancedConfiguration: {
        AlternateTargetGroupArn: ref('GreenGrpcTargetGroup'),
        ProductionListenerRule: ref('GrpcListenerRule'),
      },
    });
    const [, shift] = only(template, POLICY, 'ShiftRole').PolicyDocument.Statement.slice(1);
    expect(shift.Resource).toEqual([
      ref('EndpointListenerRule'),
      ref('TestListenerRule'),
      ref('GrpcListenerRule'),
    ]);
  });

  test('the role may do with them what moving requests takes, and nothing else', () => {
    const { Statement } = only(canary.template, POLICY, 'ShiftRole').PolicyDocument;
    expect(Statement).toEqual([
      expect.objectContaining({
        Action: ['Listeners', 'Rules', 'TargetGroups', 'TargetHealth'].map(
          (what) => `elasticloadbalancing:Describe${what}`,
        ),
        Resource: '*',
      }),
      expect.objectContaining({
        Action: ['elasticloadbalancing:DeregisterTargets', 'elasticloadbalancing:RegisterTargets'],
        Resource: [ref('EndpointTargetGroup'), ref('GreenTargetGroup')],
      }),
      expect.objectContaining({
        Action: 'elasticloadbalancing:ModifyRule',
        Resource: [ref('EndpointListenerRule'), ref('TestListenerRule')],
      }),
    ]);
    const [service] = Object.values(canary.template.findResources(SERVICE));
    expect(service!['DependsOn']).toContainEqual(expect.stringContaining('ShiftRoleRights'));
  });
});

describe('the check of golden samples', () => {
  const hook = only(canary.template, 'AWS::Lambda::Function');

  test('is called after test traffic went to the new version, by a role that may call it alone', () => {
    const [called, ...others] = only(canary.template, SERVICE).DeploymentConfiguration.LifecycleHooks;
    expect(others).toEqual([]);
    expect(called).toEqual({
      HookTargetArn: attribute('GoldenSamples'),
      RoleArn: attribute('HookRole'),
      LifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'],
    });
    expect(only(canary.template, POLICY, 'HookRoleInvoke').PolicyDocument.Statement).toEqual([
      { Action: 'lambda:InvokeFunction', Effect: 'Allow', Resource: attribute('EndpointGoldenSamples') },
    ]);
    const [service] = Object.values(canary.template.findResources(SERVICE));
    expect(service!['DependsOn']).toContainEqual(expect.stringContaining('HookRoleInvoke'));
    const [hooked] = Object.values(canary.template.findResources('AWS::Lambda::Function'));
    for (const id of ['GoldenSamplesRoleDefaultPolicy', 'TestListenerRule']) {
      expect(hooked!['DependsOn']).toContainEqual(expect.stringContaining(id));
    }
  });

  test('is a function inside the VPC with a log of its own', () => {
    expect(hook).toMatchObject({
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      LoggingConfig: { LogGroup: ref('GoldenSamplesLogs') },
      VpcConfig: { SecurityGroupIds: [attribute('GoldenSamplesSecurityGroup', 'GroupId')] },
    });
    // Accounts with a concurrency of ten can reserve none.
    expect(hook).not.toHaveProperty('ReservedConcurrentExecutions');
    expect(flat(hook.Environment.Variables.TEST_URL)).toMatch(
      /^http:\/\/<EndpointLoadBalancer\w+\.DNSName>:9080$/,
    );
    expect(only(canary.template, 'AWS::Logs::LogGroup', 'GoldenSamplesLogs').RetentionInDays).toBe(30);
  });

  test('alone reaches the test listener, and reaches nothing else', () => {
    const group = attribute('GoldenSamplesSecurityGroup', 'GroupId');
    expect(only(canary.template, LISTENER, 'TestListener')).toMatchObject({ Port: 9080, Protocol: 'HTTP' });
    expect(only(canary.template, RULE, 'TestListenerRule').Actions).toEqual(
      weighted('EndpointTargetGroup', 'GreenTargetGroup'),
    );
    const rules = (type: string) =>
      Object.values(canary.template.findResources(type)).map(({ Properties }) => Properties);
    const onPort = rules('AWS::EC2::SecurityGroupIngress').filter(({ FromPort }) => FromPort === 9080);
    expect(onPort).toEqual([expect.objectContaining({ SourceSecurityGroupId: group, ToPort: 9080 })]);
    const outside = rules('AWS::EC2::SecurityGroupEgress').filter(({ GroupId }) =>
      JSON.stringify(GroupId).includes('GoldenSamples'),
    );
    expect(outside).toEqual([
      expect.objectContaining({
        FromPort: 9080,
        DestinationSecurityGroupId: attribute('LoadBalancer', 'GroupId'),
      }),
    ]);
  });

  test('has no right on data, and its code none on networks', () => {
    const allowed = only(canary.template, POLICY, 'GoldenSamplesRole').PolicyDocument.Statement;
    const actions = allowed.flatMap(({ Action }: { Action: string | string[] }) => Action);
    expect(actions.map((action: string) => action.split(':')[0]).sort()).toEqual([
      ...Array(6).fill('ec2'),
      ...Array(2).fill('logs'),
    ]);
    const [denied] = only(canary.template, POLICY, 'GoldenSamplesCode').PolicyDocument.Statement;
    expect(denied).toMatchObject({
      Effect: 'Deny',
      Action: actions.filter((action: string) => action.startsWith('ec2:')).sort(),
      Condition: { ArnEquals: { 'lambda:SourceFunctionArn': attribute('EndpointGoldenSamples') } },
    });
  });
});

test('requests are followed on both target groups, of which one is empty in turn', () => {
  const { template } = canary;
  const { TargetTrackingScalingPolicyConfiguration: tracked } = only(
    template,
    'AWS::ApplicationAutoScaling::ScalingPolicy',
    'Requests',
  );
  expect(tracked).toMatchObject({ TargetValue: 600, ScaleOutCooldown: 60, ScaleInCooldown: 300 });
  const [sum, ...parts] = tracked.CustomizedMetricSpecification.Metrics;
  expect(sum).toMatchObject({ Expression: 'FILL(blue, 0) + FILL(green, 0)', ReturnData: true });
  expect(parts).toEqual(
    ['EndpointTargetGroup', 'GreenTargetGroup'].map((id, i) => ({
      Id: ['blue', 'green'][i],
      ReturnData: false,
      MetricStat: {
        Stat: 'Sum',
        Metric: {
          Namespace: 'AWS/ApplicationELB',
          MetricName: 'RequestCountPerTarget',
          Dimensions: [{ Name: 'TargetGroup', Value: attribute(id, 'TargetGroupFullName') }],
        },
      },
    })),
  );
});

test('replicas are counted and graphs drawn over both target groups', () => {
  const unhealthy = only(canary.template, ALARM, 'UnhealthyAlarm');
  expect(unhealthy.Metrics[0].Expression).toBe(
    'FILL(blue_HealthyHostCount_Minimum, 0) + FILL(green_HealthyHostCount_Minimum, 0)',
  );
  const dashboard = flat(only(canary.template, 'AWS::CloudWatch::Dashboard').DashboardBody);
  for (const part of ['blue_RequestCount_Sum', 'green_TargetResponseTime_p99'])
    expect(dashboard).toContain(part);
});

test('a load balancer of yours gets both listeners', () => {
  const { template } = fargate({ rollout: Rollout.blueGreen() }, (stack) => ({
    exposure: Exposure.loadBalancer({
      loadBalancer: new ApplicationLoadBalancer(stack, 'Shared', {
        vpc: stack.node.findChild('Vpc') as never,
        vpcSubnets: {
          subnets: (stack.node.findChild('Vpc') as never as { isolatedSubnets: never }).isolatedSubnets,
        },
      }),
      plainHttp: true,
      testPort: 9081,
    }),
  }));
  expect(only(template, LISTENER, 'TestListener')).toMatchObject({
    Port: 9081,
    LoadBalancerArn: ref('Shared'),
  });
});

test('native holds what ECS moves requests with', () => {
  const { delivery } = canary.native;
  expect(delivery?.targetGroup.node.id).toBe('GreenTargetGroup');
  expect(delivery?.goldenSamples.node.id).toBe('GoldenSamples');
  expect(fargate({ rollout: Rollout.rolling() }).native.delivery).toBeUndefined();
});

describe('a new version, and back', () => {
  const templateOf = (version: string) => {
    const { stack, vpc } = newStack();
    const model = ModelSource.fromDirectory(exampleModel('breast-cancer', version));
    endpointIn(stack, { vpc }, { model, rollout: Rollout.canary() });
    return Template.fromStack(stack).toJSON() as { Resources: Record<string, unknown> };
  };

  test('gives the template of the old version, byte for byte', () => {
    const [first, second, again] = ['1', '2', '1'].map((version) => JSON.stringify(templateOf(version)));
    expect(again).toBe(first);
    expect(second).not.toBe(first);
  });

  test('changes the task, its right to the model and the samples, and nothing that carries traffic', () => {
    const [first, second] = ['1', '2'].map((version) => templateOf(version).Resources);
    const differing = Object.keys({ ...first, ...second }).filter(
      (id) => JSON.stringify(first![id]) !== JSON.stringify(second![id]),
    );
    const kinds = differing
      .map((id) => /^Endpoint(GoldenSamples|ReadModels|Task)/.exec(id)?.[1] ?? id)
      .sort();
    expect(kinds).toEqual(['GoldenSamples', 'ReadModels', 'ReadModels', 'Task']);
  });
});
