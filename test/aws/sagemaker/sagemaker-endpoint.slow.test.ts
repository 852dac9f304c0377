import { parseRuntimeConfig } from '@inferstack/runtime/contract';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Duration, ModelSource, Rollout, RuntimeImage } from 'inferstack';
import { containerEnvironment } from '../../../lib/aws/sagemaker/container-environment';
import { exampleModel } from '../../support/endpoint';
import { flat, newStack, only } from '../support';
import { configOf, ECR_IMAGE, endpointIn, sagemaker, variant } from './support';

const base = sagemaker();
const model = (template: Template) => only(template, 'AWS::SageMaker::Model');
interface Statement {
  readonly Sid: string;
  readonly Action: string | string[];
  // biome-ignore lint/suspicious/noExplicitAny: intrinsic functions of any form, and a wrong guess fails the test
  readonly Resource: any;
  readonly Condition?: { readonly ArnEquals?: Readonly<Record<string, never[]>> };
}

/** Of all policies of the role: what every version needs, and what this one does. */
const statements = (template: Template): Statement[] =>
  ['EndpointRole', 'EndpointVersion'].flatMap(
    (id) => only(template, 'AWS::IAM::Policy', id).PolicyDocument.Statement,
  );
const statement = (sid: string) => statements(base.template).find(({ Sid }) => Sid === sid)!;

describe('model', () => {
  test('is unpacked by SageMaker and verified by the runtime, which has no network', () => {
    const { EnableNetworkIsolation, PrimaryContainer } = model(base.template);
    expect(EnableNetworkIsolation).toBe(true);
    expect(PrimaryContainer.Image).toBe(ECR_IMAGE);
    expect(PrimaryContainer.ImageConfig).toBeUndefined();
    const [{ digest }] = base.endpoint.plan.models;
    const { S3DataType, CompressionType, S3Uri } = PrimaryContainer.ModelDataSource.S3DataSource;
    expect([S3DataType, CompressionType]).toEqual(['S3Object', 'Gzip']);
    expect(flat(S3Uri)).toMatch(/^s3:\/\/cdk-hnb659fds-assets-\S+\/[0-9a-f]{64}\.gz$/);
    const config = parseRuntimeConfig(configOf(PrimaryContainer.Environment));
    expect(config.models).toEqual([{ name: 'breast-cancer', version: '2', uri: '/opt/ml/model', digest }]);
    expect(config.contracts).toEqual(['sagemaker']);
    expect(config.listeners.inference.port).toBe(8080);
    expect(config).toEqual(base.endpoint.runtimeConfig);
  });

  test('no variable is longer than SageMaker takes, whatever is in the configuration', () => {
    const config = { ...base.endpoint.runtimeConfig, endpoint: 'ü€😀'.repeat(300) };
    const environment = containerEnvironment(config);
    expect(Object.keys(environment).length).toBeGreaterThan(3);
    for (const value of Object.values(environment)) {
      expect(Buffer.byteLength(value)).toBeLessThanOrEqual(1024);
    }
    expect(JSON.parse(configOf(environment))).toEqual(config);
  });

  test('lies in private subnets, and nothing may connect to it', () => {
    const { Subnets, SecurityGroupIds } = model(base.template).VpcConfig;
    expect(Subnets.map(flat)).toEqual([
      expect.stringMatching(/IsolatedSubnet1/),
      expect.stringMatching(/IsolatedSubnet2/),
    ]);
    expect(SecurityGroupIds).toHaveLength(1);
    const group = only(base.template, 'AWS::EC2::SecurityGroup', 'EndpointSecurityGroup');
    expect(group.SecurityGroupEgress).toMatchObject([{ FromPort: 443, ToPort: 443 }]);
    expect(group.SecurityGroupIngress).toBeUndefined();
    base.template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
  });

  test('an image from another registry comes through the VPC', () => {
    const { stack, vpc } = newStack();
    const image = RuntimeImage.fromRegistry(`registry.example.com/runtime@sha256:${'a'.repeat(64)}`);
    endpointIn(stack, { vpc }, { runtime: { image } });
    expect(model(Template.fromStack(stack)).PrimaryContainer.ImageConfig).toEqual({
      RepositoryAccessMode: 'Vpc',
    });
  });
});

describe('rights', () => {
  test('one object, one log group, one repository, the alarms', () => {
    expect(statement('ReadModel')).toMatchObject({ Action: 's3:GetObject', Effect: 'Allow' });
    expect(flat(statement('ReadModel').Resource)).toMatch(/[0-9a-f]{64}\.gz$/);
    expect(flat(statement('WriteLogs').Resource)).toMatch(/^<EndpointLogs\w+\.Arn>$/);
    expect(statement('WatchAlarms').Resource.map(flat)).toEqual([
      expect.stringMatching(/^<EndpointErrorsAlarm\w+\.Arn>$/),
      expect.stringMatching(/^<EndpointLatencyAlarm\w+\.Arn>$/),
    ]);
    expect(statement('PullImage').Resource).toBe('arn:aws:ecr:eu-central-1:111122223333:repository/runtime');
  });

  test('what has no resources is limited by conditions where there are any', () => {
    const broad = statements(base.template).filter(({ Resource }) => Resource === '*');
    expect(broad.flatMap(({ Action }) => Action)).toEqual([
      'cloudwatch:PutMetricData',
      'ec2:DeleteNetworkInterfacePermission',
      'ec2:DescribeDhcpOptions',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSecurityGroups',
      'ec2:DescribeSubnets',
      'ec2:DescribeVpcEndpoints',
      'ec2:DescribeVpcs',
      'ecr:GetAuthorizationToken',
    ]);
    expect(statement('PublishMetrics')).toHaveProperty('Condition', {
      StringEquals: { 'cloudwatch:namespace': '/aws/sagemaker/Endpoints' },
    });
    const ArnEquals = statement('UseInterfaces').Condition!.ArnEquals!;
    expect(ArnEquals['ec2:Subnet']!.map(flat)).toEqual([
      expect.stringMatching(/:subnet\/<VpcIsolatedSubnet1/),
      expect.stringMatching(/:subnet\/<VpcIsolatedSubnet2/),
    ]);
  });

  test('the model waits for them', () => {
    const [resource] = Object.values(base.template.findResources('AWS::SageMaker::Model'));
    expect(resource!['DependsOn']).toEqual([
      expect.stringMatching(/^EndpointRoleDefaultPolicy/),
      expect.stringMatching(/^EndpointVersion/),
    ]);
  });

  test('a role of yours gets the same', () => {
    const { template } = sagemaker({}, (stack) => ({
      role: new Role(stack, 'Mine', { assumedBy: new ServicePrincipal('sagemaker.amazonaws.com') }),
    }));
    const sids = (id: string, of: Template) =>
      only(of, 'AWS::IAM::Policy', id).PolicyDocument.Statement.map(({ Sid }: { Sid: string }) => Sid);
    expect(sids('Mine', template)).toEqual(sids('EndpointRole', base.template));
    expect(only(template, 'AWS::IAM::Policy', 'EndpointVersion').Roles.map(flat)).toEqual([
      expect.stringMatching(/^<Mine/),
    ]);
    expect(flat(model(template).ExecutionRoleArn)).toMatch(/^<Mine/);
  });

  test('those of the old version outlive the deployment, which may go back to it', () => {
    const policies = (number: string) => {
      const served = ModelSource.fromDirectory(exampleModel('breast-cancer', number));
      return Object.keys(sagemaker({ model: served }).template.findResources('AWS::IAM::Policy'));
    };
    const [first, second] = [policies('1'), policies('2')];
    expect(first.filter((id) => second.includes(id))).toEqual([
      expect.stringMatching(/^EndpointRoleDefaultPolicy/),
    ]);
    expect([first, second].map(({ length }) => length)).toEqual([2, 2]);
  });
});

describe('instances', () => {
  test('the smallest that has what is asked for, as many as are kept at all times', () => {
    expect(variant(base.template)).toEqual({
      VariantName: 'AllTraffic',
      ModelName: { 'Fn::GetAtt': [expect.stringMatching(/^EndpointServedModel/), 'ModelName'] },
      InstanceType: 'ml.c5.large',
      InitialInstanceCount: 2,
      InitialVariantWeight: 1,
      VolumeSizeInGB: 30,
      ModelDataDownloadTimeoutInSeconds: 900,
      ContainerStartupHealthCheckTimeoutInSeconds: 900,
      RoutingConfig: { RoutingStrategy: 'LEAST_OUTSTANDING_REQUESTS' },
    });
  });

  test.each([
    [{ cpuMillis: 2000, memoryMiB: 4096 }, 'ml.c5.large'],
    [{ cpuMillis: 2000, memoryMiB: 4097 }, 'ml.m5.large'],
    [{ cpuMillis: 500, memoryMiB: 16_384 }, 'ml.r5.large'],
    [{ cpuMillis: 2001, memoryMiB: 2048 }, 'ml.c5.xlarge'],
    [{ cpuMillis: 36_000, memoryMiB: 2048 }, 'ml.c5.9xlarge'],
    [{ cpuMillis: 4000, memoryMiB: 8192, architecture: 'arm64' as const }, 'ml.c6g.xlarge'],
  ])('%j runs on %s', (resources, name) => {
    expect(variant(sagemaker({ resources }).template).InstanceType).toBe(name);
  });

  test('a named type is taken', () => {
    expect(variant(sagemaker({}, { instanceType: 'ml.m7i.xlarge' }).template).InstanceType).toBe(
      'ml.m7i.xlarge',
    );
  });

  test('nothing is captured, and volumes have the key of AWS, unless asked for', () => {
    const config = only(base.template, 'AWS::SageMaker::EndpointConfig');
    expect(config).not.toHaveProperty('DataCaptureConfig');
    expect(config).not.toHaveProperty('KmsKeyId');
    const { template } = sagemaker({}, (stack) => ({
      protection: { encryptionKey: new Key(stack, 'Key'), deletion: false },
      dataCapture: { bucket: new Bucket(stack, 'Captured'), samplingPercent: 20 },
    }));
    const asked = only(template, 'AWS::SageMaker::EndpointConfig');
    expect(flat(asked.KmsKeyId)).toMatch(/^<Key\w+\.Arn>$/);
    expect(asked.DataCaptureConfig).toMatchObject({
      EnableCapture: true,
      InitialSamplingPercentage: 20,
      CaptureOptions: [{ CaptureMode: 'Input' }, { CaptureMode: 'Output' }],
    });
    expect(flat(asked.DataCaptureConfig.DestinationS3Uri)).toMatch(
      /^s3:\/\/<Captured\w+>\/credit-risk-endpoint$/,
    );
    const keep = statements(template).find(({ Sid }) => Sid === 'KeepRequests')!;
    expect(flat(keep.Resource)).toMatch(/^<Captured\w+\.Arn>\/credit-risk-endpoint\/\*$/);
    const logs = only(template, 'AWS::Logs::LogGroup', 'EndpointLogs');
    expect(flat(logs.KmsKeyId)).toMatch(/^<Key\w+\.Arn>$/);
  });
});

describe('deployment', () => {
  const deployment = (template: Template) => only(template, 'AWS::SageMaker::Endpoint').DeploymentConfig;

  test('replaces halves, bakes each, and goes back on the alarms', () => {
    expect(deployment(base.template)).toEqual({
      AutoRollbackConfiguration: {
        Alarms: [
          { AlarmName: { Ref: expect.stringMatching(/^EndpointErrorsAlarm/) } },
          { AlarmName: { Ref: expect.stringMatching(/^EndpointLatencyAlarm/) } },
        ],
      },
      RollingUpdatePolicy: {
        MaximumBatchSize: { Type: 'CAPACITY_PERCENT', Value: 50 },
        WaitIntervalInSeconds: 300,
        MaximumExecutionTimeoutInSeconds: 5400,
      },
    });
  });

  test('one instance is replaced by another at once', () => {
    const { template } = sagemaker({
      scaling: { minReplicas: 1 },
      rollout: Rollout.rolling({ bake: Duration.minutes(10), timeout: Duration.minutes(1) }),
    });
    expect(deployment(template)).toMatchObject({
      BlueGreenUpdatePolicy: {
        TrafficRoutingConfiguration: { Type: 'ALL_AT_ONCE', WaitIntervalInSeconds: 600 },
        MaximumExecutionTimeoutInSeconds: 1260,
      },
    });
    expect(deployment(template)).not.toHaveProperty('RollingUpdatePolicy');
  });

  test('the longest times there are stay within what SageMaker waits', () => {
    const hour = Duration.hours(1);
    const { template } = sagemaker({ rollout: Rollout.rolling({ bake: hour, timeout: hour }) });
    expect(deployment(template).RollingUpdatePolicy.MaximumExecutionTimeoutInSeconds).toBeLessThanOrEqual(
      28_800,
    );
  });

  test('keeps the number of instances that autoscaling has found', () => {
    expect(only(base.template, 'AWS::SageMaker::Endpoint').RetainAllVariantProperties).toBe(true);
  });

  test('nothing that cannot change in place has a name, so that a change replaces it', () => {
    expect(model(base.template)).not.toHaveProperty('ModelName');
    expect(only(base.template, 'AWS::SageMaker::EndpointConfig')).not.toHaveProperty('EndpointConfigName');
  });

  test('going back to a version gives its template again, byte for byte', () => {
    const version = (number: string) =>
      JSON.stringify(
        sagemaker({
          model: ModelSource.fromDirectory(exampleModel('breast-cancer', number)),
        }).template.toJSON(),
      );
    expect(version('2')).not.toBe(version('1'));
    expect(version('1')).toBe(version('1'));
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
  const { template } = sagemaker({ scaling, resources: { cpuMillis: 4000, memoryMiB: 8192 } });
  const policy = (id: string) =>
    only(template, 'AWS::ApplicationAutoScaling::ScalingPolicy', id).TargetTrackingScalingPolicyConfiguration;

  test('stays within the bounds of the plan', () => {
    const target = only(template, 'AWS::ApplicationAutoScaling::ScalableTarget');
    expect(target).toMatchObject({
      MinCapacity: 3,
      MaxCapacity: 30,
      ServiceNamespace: 'sagemaker',
      ScalableDimension: 'sagemaker:variant:DesiredInstanceCount',
    });
    expect(flat(target.ResourceId)).toMatch(/^endpoint\/<Endpoint\w+\.EndpointName>\/variant\/AllTraffic$/);
  });

  test('CPU is summed over the cores: 45 % of 4', () => {
    expect(policy('Cpu')).toMatchObject({
      TargetValue: 180,
      ScaleOutCooldown: 30,
      ScaleInCooldown: 1200,
      CustomizedMetricSpecification: {
        Namespace: '/aws/sagemaker/Endpoints',
        MetricName: 'CPUUtilization',
        Statistic: 'Average',
        Dimensions: [
          { Name: 'EndpointName', Value: 'credit-risk-endpoint' },
          { Name: 'VariantName', Value: 'AllTraffic' },
        ],
      },
    });
  });

  test('requests are counted per minute', () => {
    expect(policy('Requests')).toMatchObject({
      TargetValue: 750,
      PredefinedMetricSpecification: { PredefinedMetricType: 'SageMakerVariantInvocationsPerInstance' },
    });
    base.template.resourceCountIs('AWS::ApplicationAutoScaling::ScalingPolicy', 1);
  });

  test('a fixed number is not scaled', () => {
    const fixed = sagemaker({ scaling: { minReplicas: 2, maxReplicas: 2 } });
    fixed.template.resourceCountIs('AWS::ApplicationAutoScaling::ScalableTarget', 0);
    expect(fixed.native.scaling).toBeUndefined();
  });
});

describe('alarms', () => {
  const alarm = (id: string) => only(base.template, 'AWS::CloudWatch::Alarm', id);
  const stats = (id: string): [string, string, string][] =>
    alarm(id)
      .Metrics.filter((m: Record<string, unknown>) => m['MetricStat'])
      .map((m: { MetricStat: { Stat: string; Metric: { Namespace: string; MetricName: string } } }) => [
        m.MetricStat.Metric.Namespace,
        m.MetricStat.Metric.MetricName,
        m.MetricStat.Stat,
      ]);

  test('errors: bad answers and none at all, from a number of requests on', () => {
    expect(alarm('Errors')).toMatchObject({
      Threshold: 1,
      EvaluationPeriods: 1,
      TreatMissingData: 'notBreaching',
    });
    expect(alarm('Errors').Metrics[0].Expression).toBe(
      'IF(FILL(requests, 0) >= 100, 100 * MAX([FILL(failed, 0), FILL(unanswered, 0) - FILL(refused, 0)]) / FILL(requests, 0), 0)',
    );
    expect(stats('Errors')).toEqual([
      ['AWS/SageMaker', 'Invocations', 'Sum'],
      ['AWS/SageMaker', 'Invocation5XXErrors', 'Sum'],
      ['AWS/SageMaker', 'InvocationModelErrors', 'Sum'],
      ['AWS/SageMaker', 'Invocation4XXErrors', 'Sum'],
    ]);
  });

  test('latency: microseconds told in milliseconds', () => {
    expect(alarm('Latency')).toMatchObject({ Threshold: 1000, EvaluationPeriods: 1 });
    expect(alarm('Latency').Metrics[0].Expression).toBe(
      'IF(FILL(requests, 0) >= 100, microseconds / 1000, 0)',
    );
    expect(stats('Latency')).toEqual([
      ['AWS/SageMaker', 'Invocations', 'Sum'],
      ['AWS/SageMaker', 'ModelLatency', 'p99'],
    ]);
  });

  test('name the runbook', () => {
    const { template } = sagemaker({ monitoring: { runbookUrl: 'https://wiki.example.com/credit' } });
    for (const { Properties } of Object.values(template.findResources('AWS::CloudWatch::Alarm'))) {
      expect(Properties.AlarmDescription).toMatch(/Runbook: https:\/\/wiki\.example\.com\/credit$/);
    }
  });
});

describe('logs, dashboard and output', () => {
  test('the log group is the one SageMaker writes into, made before the endpoint', () => {
    base.template.hasResource('AWS::Logs::LogGroup', {
      Properties: { LogGroupName: '/aws/sagemaker/Endpoints/credit-risk-endpoint', RetentionInDays: 30 },
      DeletionPolicy: 'RetainExceptOnCreate',
    });
    const [endpoint] = Object.values(base.template.findResources('AWS::SageMaker::Endpoint'));
    expect(endpoint!['Properties'].EndpointName).toBe('credit-risk-endpoint');
    expect(endpoint!['DependsOn']).toContainEqual(expect.stringMatching(/^EndpointLogs/));
  });

  test('the dashboard can be switched off', () => {
    const body = flat(only(base.template, 'AWS::CloudWatch::Dashboard').DashboardBody);
    for (const part of ['Invocations', 'ModelLatency', 'CPUUtilization', 'cores / 2', 'filter level in']) {
      expect(body).toContain(part);
    }
    const { template, native } = sagemaker({ monitoring: { dashboard: false } });
    template.resourceCountIs('AWS::CloudWatch::Dashboard', 0);
    expect(native.dashboard).toBeUndefined();
  });

  test('the main resource is the endpoint', () => {
    expect(base.endpoint.node.defaultChild).toBe(base.native.endpoint);
  });
});
