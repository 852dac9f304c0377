import { parseRuntimeConfig } from '@inferstack/runtime/contract';
import { Match } from 'aws-cdk-lib/assertions';
import { Duration, Rollout } from 'inferstack';
import { attributes, container, environment, fargate, flat, only } from './support';

const base = fargate();

describe('task', () => {
  test('has the size, processor and roles of the plan', () => {
    const { template } = fargate({ resources: { cpuMillis: 2000, memoryMiB: 8192, architecture: 'arm64' } });
    const task = only(template, 'AWS::ECS::TaskDefinition');
    expect([task.Cpu, task.Memory, task.RuntimePlatform.CpuArchitecture]).toEqual(['2048', '8192', 'ARM64']);
    expect(task.TaskRoleArn).not.toEqual(task.ExecutionRoleArn);
    expect(task.EphemeralStorage).toBeUndefined();
  });

  test('runs as an ordinary user on a read-only root with an init process and no capabilities', () => {
    expect(container(base.template)).toMatchObject({
      User: '10001:10001',
      ReadonlyRootFilesystem: true,
      LinuxParameters: { InitProcessEnabled: true, Capabilities: { Drop: ['ALL'] } },
      MountPoints: [{ ContainerPath: '/tmp', ReadOnly: false, SourceVolume: 'scratch' }],
    });
  });

  test('gets the configuration the runtime accepts, with the address of the model', () => {
    const env = environment(base.template);
    const config = parseRuntimeConfig(env['INFERSTACK_CONFIG']!);
    expect(config.models[0]).toMatchObject({
      name: 'breast-cancer',
      version: '2',
      digest: base.endpoint.plan.models[0].digest,
    });
    expect(config.models[0]!.uri).toMatch(
      /^s3:\/\/cdk-hnb659fds-assets-\$\{AWS::AccountId\}-\$\{AWS::Region\}\/[0-9a-f]{64}\./,
    );
    expect(env['INFERSTACK_CACHE']).toBe('/tmp/inferstack');
    expect(env['AWS_REGION']).toBe('<AWS::Region>');
  });

  test('is checked with node, since the image has no curl', () => {
    const { Command, StartPeriod } = container(base.template).HealthCheck;
    expect(Command.slice(0, 3)).toEqual(['CMD', 'node', '-e']);
    expect(Command[3]).toContain("fetch('http://127.0.0.1:8080/v2/health/live')");
    expect(StartPeriod).toBe(300);
  });

  test('publishes the inference port alone', () => {
    expect(container(base.template).PortMappings).toEqual([
      { AppProtocol: 'http', ContainerPort: 8080, Name: 'http', Protocol: 'tcp' },
    ]);
    expect(JSON.stringify(base.template.findResources('AWS::EC2::SecurityGroupIngress'))).not.toContain(
      '9090',
    );
  });

  test('stops after it had time to drain', () => {
    const runtime = { drainDelay: Duration.seconds(10), drainTimeout: Duration.millis(60_500) };
    const { template } = fargate({ runtime });
    expect(container(template).StopTimeout).toBe(76);
    const target = only(template, 'AWS::ElasticLoadBalancingV2::TargetGroup');
    expect(attributes(target.TargetGroupAttributes)['deregistration_delay.timeout_seconds']).toBe('71');
  });

  test('never waits for its logs', () => {
    expect(container(base.template).LogConfiguration.Options).toMatchObject({
      mode: 'non-blocking',
      'awslogs-stream-prefix': 'runtime',
    });
  });
});

describe('rights', () => {
  test('the runtime may read its model and nothing else', () => {
    const policy = only(base.template, 'AWS::IAM::Policy', 'ReadModels').PolicyDocument.Statement;
    expect(policy).toHaveLength(1);
    expect(policy[0]).toMatchObject({ Action: 's3:GetObject', Effect: 'Allow' });
    const uri = JSON.parse(environment(base.template)['INFERSTACK_CONFIG']!).models[0].uri;
    expect(flat(policy[0].Resource)).toBe(uri.replace('s3://', 'arn:<AWS::Partition>:s3:::'));
  });

  test('ECS may write to the one log group', () => {
    const policy = only(base.template, 'AWS::IAM::Policy', 'ExecutionRole').PolicyDocument.Statement;
    expect(policy).toHaveLength(1);
    expect(policy[0].Action).toEqual(['logs:CreateLogStream', 'logs:PutLogEvents']);
    expect(flat(policy[0].Resource)).toMatch(/^<EndpointLogs\w+\.Arn>$/);
  });

  test('tasks of other accounts cannot use the role', () => {
    const role = only(base.template, 'AWS::IAM::Role', 'TaskRole').AssumeRolePolicyDocument.Statement[0];
    expect(role.Condition).toEqual({ StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } });
  });
});

describe('network', () => {
  test('tasks have no public address, let in the load balancer and let out HTTPS', () => {
    const { AwsvpcConfiguration } = only(base.template, 'AWS::ECS::Service').NetworkConfiguration;
    expect(AwsvpcConfiguration.AssignPublicIp).toBe('DISABLED');
    base.template.hasResourceProperties('AWS::EC2::SecurityGroup', {
      GroupDescription: 'Replicas of the model endpoint',
      SecurityGroupEgress: [Match.objectLike({ FromPort: 443, ToPort: 443, CidrIp: '0.0.0.0/0' })],
    });
    expect(only(base.template, 'AWS::EC2::SecurityGroupIngress')).toMatchObject({
      FromPort: 8080,
      ToPort: 8080,
    });
  });

  test('replicas get traffic when they are ready', () => {
    const target = only(base.template, 'AWS::ElasticLoadBalancingV2::TargetGroup');
    expect(target).toMatchObject({
      HealthCheckPath: '/v2/health/ready',
      Matcher: { HttpCode: '200' },
      TargetType: 'ip',
    });
    expect(attributes(target.TargetGroupAttributes)).toMatchObject({
      'load_balancing.algorithm.type': 'least_outstanding_requests',
      'deregistration_delay.timeout_seconds': '35',
    });
  });

  test('the load balancer waits longer than the runtime', () => {
    const slow = { requestTimeout: Duration.seconds(90), drainTimeout: Duration.seconds(90) };
    const { template } = fargate({ runtime: slow });
    const { LoadBalancerAttributes } = only(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer');
    expect(attributes(LoadBalancerAttributes)['idle_timeout.timeout_seconds']).toBe('95');
  });
});

describe('service', () => {
  test('replaces replicas without losing any and rolls back by itself', () => {
    expect(only(base.template, 'AWS::ECS::Service')).toMatchObject({
      LaunchType: 'FARGATE',
      EnableExecuteCommand: false,
      AvailabilityZoneRebalancing: 'ENABLED',
      PropagateTags: 'SERVICE',
      HealthCheckGracePeriodSeconds: 900,
      DeploymentConfiguration: {
        Strategy: 'ROLLING',
        MinimumHealthyPercent: 100,
        MaximumPercent: 200,
        DeploymentCircuitBreaker: { Enable: true, Rollback: true },
        Alarms: { Enable: true, Rollback: true },
      },
    });
  });

  test('rolls back on the alarms for errors and latency', () => {
    const { AlarmNames } = only(base.template, 'AWS::ECS::Service').DeploymentConfiguration.Alarms;
    expect(AlarmNames.map(flat)).toEqual([
      expect.stringMatching(/^<EndpointErrorsAlarm/),
      expect.stringMatching(/^<EndpointLatencyAlarm/),
    ]);
  });

  test('leaves the number of replicas to autoscaling', () => {
    expect(only(base.template, 'AWS::ECS::Service')).not.toHaveProperty('DesiredCount');
  });

  test('starts when the rights of both roles and the listener rule exist', () => {
    const [service] = Object.values(base.template.findResources('AWS::ECS::Service'));
    for (const id of ['ExecutionRoleDefaultPolicy', 'ListenerRule']) {
      expect(service!['DependsOn']).toContainEqual(expect.stringContaining(id));
    }
    const [task] = Object.values(base.template.findResources('AWS::ECS::TaskDefinition'));
    expect(task!['DependsOn']).toContainEqual(expect.stringContaining('ReadModels'));
  });
});

describe('scaling', () => {
  const scaling = {
    minReplicas: 3,
    maxReplicas: 30,
    cpuPercent: 45,
    requestsPerReplica: 12.5,
    scaleOutCooldown: Duration.seconds(30),
    scaleInCooldown: Duration.minutes(20),
  };
  const { template } = fargate({ scaling });

  test('stays within the bounds of the plan', () => {
    expect(only(template, 'AWS::ApplicationAutoScaling::ScalableTarget')).toMatchObject({
      MinCapacity: 3,
      MaxCapacity: 30,
    });
  });

  test('follows CPU, and requests per minute when asked', () => {
    const track = (id: string) =>
      only(template, 'AWS::ApplicationAutoScaling::ScalingPolicy', id)
        .TargetTrackingScalingPolicyConfiguration;
    expect(track('Cpu')).toMatchObject({ TargetValue: 45, ScaleOutCooldown: 30, ScaleInCooldown: 1200 });
    expect(track('Requests')).toMatchObject({
      PredefinedMetricSpecification: { PredefinedMetricType: 'ALBRequestCountPerTarget' },
      TargetValue: 750,
      ScaleOutCooldown: 30,
      ScaleInCooldown: 1200,
    });
    base.template.resourceCountIs('AWS::ApplicationAutoScaling::ScalingPolicy', 1);
  });
});

describe('alarms', () => {
  const errors = only(base.template, 'AWS::CloudWatch::Alarm', 'Errors');
  const latency = only(base.template, 'AWS::CloudWatch::Alarm', 'Latency');
  const names = (alarm: typeof errors): string[] =>
    alarm.Metrics.flatMap((m: typeof errors) => m.MetricStat?.Metric.MetricName ?? []).sort();

  test('errors: answers of the replicas and of the load balancer, from a number of requests on', () => {
    expect(errors).toMatchObject({
      Threshold: 1,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
    });
    expect(names(errors)).toEqual([
      'HTTPCode_ELB_503_Count',
      'HTTPCode_ELB_5XX_Count',
      'HTTPCode_Target_5XX_Count',
      'RequestCount',
    ]);
    expect(errors.Metrics[0].Expression).toContain('>= 100');
    expect(errors.Metrics.slice(1).map((m: typeof errors) => m.MetricStat.Period)).toEqual([
      300, 300, 300, 300,
    ]);
  });

  test('metrics of the load balancer itself have no target group', () => {
    const refused = errors.Metrics.find((m: typeof errors) => m.Id === 'refused').MetricStat.Metric;
    expect(refused.Dimensions.map((d: typeof errors) => d.Name)).toEqual(['LoadBalancer']);
  });

  test('latency: p99 in milliseconds, from a number of requests on', () => {
    expect(latency).toMatchObject({ Threshold: 1000, TreatMissingData: 'notBreaching' });
    expect(latency.Metrics[0].Expression).toBe('IF(FILL(requests, 0) >= 100, 1000 * seconds, 0)');
    expect(names(latency)).toEqual(['RequestCount', 'TargetResponseTime']);
  });

  test('unhealthy: silence counts as bad, and the first deployment does not ring it', () => {
    const [alarm] = Object.entries(base.template.findResources('AWS::CloudWatch::Alarm'))
      .filter(([id]) => id.includes('Unhealthy'))
      .map(([, resource]) => resource);
    expect(alarm!['Properties']).toMatchObject({
      Threshold: 2,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
      EvaluationPeriods: 5,
    });
    expect(alarm!['DependsOn']).toContainEqual(expect.stringMatching(/^EndpointService/));
  });

  test('look back as long as the deployment bakes', () => {
    const { template } = fargate({
      rollout: Rollout.rolling({ bake: Duration.minutes(30) }),
      monitoring: { errors: { window: Duration.minutes(10) }, latency: { window: Duration.minutes(5) } },
    });
    const look = (id: string) => only(template, 'AWS::CloudWatch::Alarm', id);
    expect(look('Errors')).toMatchObject({ EvaluationPeriods: 3, DatapointsToAlarm: 1 });
    expect(look('Latency')).toMatchObject({ EvaluationPeriods: 6, DatapointsToAlarm: 1 });
    expect(only(template, 'AWS::ECS::Service').DeploymentConfiguration).not.toHaveProperty(
      'BakeTimeInMinutes',
    );
  });

  test('name the runbook', () => {
    const { template } = fargate({ monitoring: { runbookUrl: 'https://wiki.example.com/credit' } });
    for (const alarm of Object.values(template.findResources('AWS::CloudWatch::Alarm'))) {
      expect(alarm['Properties'].AlarmDescription).toMatch(/Runbook: https:\/\/wiki\.example\.com\/credit$/);
    }
  });

  test('can be switched off one by one', () => {
    const { template, native } = fargate({ monitoring: { latency: false } });
    expect(native.alarms.latency).toBeUndefined();
    expect(only(template, 'AWS::ECS::Service').DeploymentConfiguration.Alarms.AlarmNames).toHaveLength(1);
    template.resourceCountIs('AWS::CloudWatch::Alarm', 2);
  });
});

describe('logs, dashboard and output', () => {
  test('logs are kept as long as asked and survive the stack', () => {
    const { template } = fargate({ monitoring: { logRetentionDays: 90 } });
    template.hasResource('AWS::Logs::LogGroup', {
      Properties: { RetentionInDays: 90 },
      DeletionPolicy: 'Retain',
    });
  });

  test('the dashboard shows traffic, replicas and logs, and can be switched off', () => {
    const body = flat(only(base.template, 'AWS::CloudWatch::Dashboard').DashboardBody);
    for (const part of [
      'RequestCount',
      'TargetResponseTime',
      'HealthyHostCount',
      'CPUUtilization',
      'MemoryUtilization',
    ]) {
      expect(body).toContain(part);
    }
    expect(body).toContain('filter level in');
    const { template, native } = fargate({ monitoring: { dashboard: false } });
    template.resourceCountIs('AWS::CloudWatch::Dashboard', 0);
    expect(native.dashboard).toBeUndefined();
  });

  test('the address is an output', () => {
    const [output] = Object.values(base.template.findOutputs('*'));
    expect(flat(output!['Value'])).toMatch(/^http:\/\/<EndpointLoadBalancer\w+\.DNSName>$/);
  });

  test('the main resource is the service', () => {
    expect(base.endpoint.node.defaultChild).toBe(base.native.service);
  });
});
