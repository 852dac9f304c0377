/** What the library makes of a plan, written by hand: the yardstick for the time the library adds. */
import {
  Alarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  MathExpression,
  Metric,
} from 'aws-cdk-lib/aws-cloudwatch';
import { type IVpc, Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import {
  AlarmBehavior,
  Cluster,
  ContainerImage,
  FargateService,
  FargateTaskDefinition,
  LinuxParameters,
  LogDrivers,
} from 'aws-cdk-lib/aws-ecs';
import {
  ApplicationListenerRule,
  ApplicationLoadBalancer,
  ApplicationProtocol,
  ApplicationTargetGroup,
  ListenerAction,
  ListenerCondition,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { CfnOutput, Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib/core';

export function bareEndpoint(stack: Stack, vpc: IVpc, archive: string, image: string): void {
  const model = new Asset(stack, 'Model', { path: archive });
  const tasks = new ServicePrincipal('ecs-tasks.amazonaws.com');
  const taskRole = new Role(stack, 'TaskRole', { assumedBy: tasks });
  const executionRole = new Role(stack, 'ExecutionRole', { assumedBy: tasks });
  taskRole.addToPolicy(
    new PolicyStatement({
      actions: ['s3:GetObject'],
      resources: [model.bucket.arnForObjects(model.s3ObjectKey)],
    }),
  );
  const logGroup = new LogGroup(stack, 'Logs', {
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  const taskDefinition = new FargateTaskDefinition(stack, 'Task', {
    cpu: 1024,
    memoryLimitMiB: 2048,
    taskRole,
    executionRole,
    volumes: [{ name: 'scratch' }],
  });
  const container = taskDefinition.addContainer('Runtime', {
    image: ContainerImage.fromRegistry(image),
    user: '10001:10001',
    readonlyRootFilesystem: true,
    linuxParameters: new LinuxParameters(stack, 'Linux', { initProcessEnabled: true }),
    portMappings: [{ containerPort: 8080 }],
    environment: { INFERSTACK_CONFIG: JSON.stringify({ uri: model.s3ObjectUrl }) },
    healthCheck: { command: ['CMD', 'node', '-e', 'process.exit(0)'] },
    logging: LogDrivers.awsLogs({ logGroup, streamPrefix: 'runtime' }),
  });
  container.addMountPoints({ sourceVolume: 'scratch', containerPath: '/tmp', readOnly: false });

  const loadBalancer = new ApplicationLoadBalancer(stack, 'LoadBalancer', { vpc, deletionProtection: true });
  const targetGroup = new ApplicationTargetGroup(stack, 'TargetGroup', {
    vpc,
    port: 8080,
    protocol: ApplicationProtocol.HTTP,
    targetType: TargetType.IP,
    healthCheck: { path: '/v2/health/ready' },
  });
  const listener = loadBalancer.addListener('Listener', {
    port: 80,
    open: false,
    defaultAction: ListenerAction.fixedResponse(404),
  });
  new ApplicationListenerRule(stack, 'Rule', {
    listener,
    priority: 100,
    conditions: [ListenerCondition.pathPatterns(['/*'])],
    action: ListenerAction.forward([targetGroup]),
  });

  const dimensionsMap = {
    LoadBalancer: loadBalancer.loadBalancerFullName,
    TargetGroup: targetGroup.targetGroupFullName,
  };
  const elb = (metricName: string, statistic: string) =>
    new Metric({
      namespace: 'AWS/ApplicationELB',
      metricName,
      statistic,
      dimensionsMap,
      period: Duration.minutes(5),
    });
  const alarm = (id: string, expression: string, usingMetrics: Record<string, Metric>) =>
    new Alarm(stack, id, {
      metric: new MathExpression({ expression, usingMetrics, period: Duration.minutes(5) }),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    });
  const requests = elb('RequestCount', 'Sum');
  const errors = alarm('Errors', 'IF(n >= 100, 100 * (a + b) / (n + c), 0)', {
    n: requests,
    a: elb('HTTPCode_Target_5XX_Count', 'Sum'),
    b: elb('HTTPCode_ELB_5XX_Count', 'Sum'),
    c: elb('HTTPCode_ELB_503_Count', 'Sum'),
  });
  const latency = alarm('Latency', 'IF(n >= 100, s, 0)', {
    n: requests,
    s: elb('TargetResponseTime', 'p99'),
  });

  const group = new SecurityGroup(stack, 'Group', { vpc, allowAllOutbound: false });
  group.addEgressRule(Peer.anyIpv4(), Port.tcp(443));
  const cluster = new Cluster(stack, 'Cluster', { vpc });
  const service = new FargateService(stack, 'Service', {
    cluster,
    taskDefinition,
    securityGroups: [group],
    minHealthyPercent: 100,
    circuitBreaker: { enable: true, rollback: true },
    deploymentAlarms: {
      alarmNames: [errors.alarmName, latency.alarmName],
      behavior: AlarmBehavior.ROLLBACK_ON_ALARM,
    },
  });
  targetGroup.addTarget(service.loadBalancerTarget({ containerName: 'Runtime', containerPort: 8080 }));
  const scaling = service.autoScaleTaskCount({ minCapacity: 2, maxCapacity: 10 });
  scaling.scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: 60 });
  scaling.scaleOnRequestCount('Requests', { requestsPerTarget: 3000, targetGroup });
  const healthy = new Alarm(stack, 'Healthy', {
    metric: elb('HealthyHostCount', 'Minimum'),
    threshold: 2,
    evaluationPeriods: 5,
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
  });
  healthy.node.addDependency(service);

  const dashboard = new Dashboard(stack, 'Dashboard');
  for (const metric of [requests, elb('TargetResponseTime', 'p50'), service.metricCpuUtilization()]) {
    dashboard.addWidgets(new GraphWidget({ left: [metric] }), new GraphWidget({ left: [metric] }));
  }
  new CfnOutput(stack, 'Url', { value: `http://${loadBalancer.loadBalancerDnsName}` });
}
