import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster } from 'aws-cdk-lib/aws-ecs';
import { ManagedPolicy, PermissionsBoundary, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Exposure, FargateEndpoint } from 'inferstack/aws';
import { problemsOf } from '../support/endpoint';
import { endpointIn, fargate, flat, newStack, only } from './support';

const WARNING = 'inferstack/aws:isolatedWithoutEndpoints';
const warnings = (stack: Parameters<typeof Annotations.fromStack>[0]) =>
  Annotations.fromStack(stack)
    .findWarning('*', Match.stringLikeRegexp(WARNING))
    .map((message) => message.id);

describe('subnets', () => {
  test('in isolated ones the VPC needs endpoints, and says so', () => {
    const { stack, vpc } = newStack();
    endpointIn(stack, { vpc });
    expect(warnings(stack)).toEqual(['/CreditRisk/Endpoint']);
  });

  test('addVpcEndpoints makes S3, ECR and logs reachable', () => {
    const { stack, vpc } = newStack();
    FargateEndpoint.addVpcEndpoints(vpc);
    endpointIn(stack, { vpc });
    expect(warnings(stack)).toEqual([]);
    const services = Object.values(Template.fromStack(stack).findResources('AWS::EC2::VPCEndpoint')).map(
      (e) => flat(e['Properties'].ServiceName),
    );
    expect(services.map((name) => name.replace('com.amazonaws.<AWS::Region>.', '')).sort()).toEqual([
      'ecr.api',
      'ecr.dkr',
      'logs',
      's3',
    ]);
  });

  test('with a NAT gateway nothing is missing', () => {
    const { stack } = newStack();
    endpointIn(stack, { vpc: new Vpc(stack, 'Nat', { maxAzs: 2, natGateways: 1 }) });
    expect(warnings(stack)).toEqual([]);
  });

  test('a VPC without private subnets is refused, unless subnets are named', () => {
    const { stack } = newStack();
    const subnetConfiguration = [{ name: 'Public', subnetType: SubnetType.PUBLIC }];
    const vpc = new Vpc(stack, 'PublicVpc', { maxAzs: 2, natGateways: 0, subnetConfiguration });
    expect(problemsOf(() => endpointIn(stack, { vpc }, {}, 'Refused'))).toMatchObject([
      { code: 'AWS_SUBNETS', got: '{"private":0,"isolated":0}' },
    ]);
    endpointIn(stack, { vpc, network: { subnets: { subnetType: SubnetType.PUBLIC } } });
    const service = only(Template.fromStack(stack), 'AWS::ECS::Service').NetworkConfiguration;
    expect(service.AwsvpcConfiguration.AssignPublicIp).toBe('DISABLED');
  });

  test('an internet exposure needs public subnets', () => {
    const { stack } = newStack();
    const subnetConfiguration = [{ name: 'Isolated', subnetType: SubnetType.PRIVATE_ISOLATED }];
    const vpc = new Vpc(stack, 'IsolatedVpc', { maxAzs: 2, subnetConfiguration });
    const exposure = Exposure.internet({ plainHttp: true });
    expect(problemsOf(() => endpointIn(stack, { vpc, exposure }))).toMatchObject([
      { code: 'AWS_SUBNETS', got: '0 public subnet(s)' },
    ]);
  });

  test('security groups of yours replace the created one', () => {
    const { stack, vpc } = newStack();
    const group = SecurityGroup.fromSecurityGroupId(stack, 'Given', 'sg-given');
    endpointIn(stack, { vpc, network: { securityGroups: [group] } });
    const { AwsvpcConfiguration } = only(Template.fromStack(stack), 'AWS::ECS::Service').NetworkConfiguration;
    expect(AwsvpcConfiguration.SecurityGroups).toEqual(['sg-given']);
  });
});

describe('cluster and capacity', () => {
  test('a cluster of its own has Container Insights', () => {
    expect(only(fargate().template, 'AWS::ECS::Cluster').ClusterSettings).toEqual([
      { Name: 'containerInsights', Value: 'enabled' },
    ]);
  });

  test('a cluster of yours is used', () => {
    const { stack, vpc } = newStack();
    const cluster = new Cluster(stack, 'Shared', { vpc });
    const { native } = endpointIn(stack, { vpc, cluster });
    expect(native.cluster).toBe(cluster);
    Template.fromStack(stack).resourceCountIs('AWS::ECS::Cluster', 1);
  });

  test('Spot comes on top of the replicas that are always there', () => {
    const { template } = fargate({ scaling: { minReplicas: 3 } }, { capacity: { spotPercent: 75 } });
    const service = only(template, 'AWS::ECS::Service');
    expect(service.LaunchType).toBeUndefined();
    expect(service.CapacityProviderStrategy).toEqual([
      { CapacityProvider: 'FARGATE', Base: 3, Weight: 25 },
      { CapacityProvider: 'FARGATE_SPOT', Weight: 75 },
    ]);
    expect(only(template, 'AWS::ECS::ClusterCapacityProviderAssociations').CapacityProviders).toEqual([
      'FARGATE',
      'FARGATE_SPOT',
    ]);
  });

  test('the on-demand base can be chosen', () => {
    const { template } = fargate({}, { capacity: { spotPercent: 100, onDemandBase: 1 } });
    expect(only(template, 'AWS::ECS::Service').CapacityProviderStrategy[0]).toMatchObject({
      Base: 1,
      Weight: 0,
    });
  });

  test.each([
    [{ spotPercent: 101 }, 'spotPercent'],
    [{ spotPercent: 12.5 }, 'spotPercent'],
    [{ spotPercent: 50, onDemandBase: -1 }, 'onDemandBase'],
    [{ onDemandBase: 2 }, 'onDemandBase'],
  ])('refuses %j', (capacity, prop) => {
    expect(problemsOf(() => fargate({}, { capacity }))).toMatchObject([
      { code: 'AWS_CAPACITY', at: `CreditRisk/Endpoint: target.capacity.${prop}` },
    ]);
  });
});

describe('roles', () => {
  test('of yours get the rights and nothing is created', () => {
    const { template } = fargate({}, (stack) => {
      const role = (id: string) =>
        new Role(stack, id, { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
      return { roles: { task: role('MyTask'), execution: role('MyExecution') } };
    });
    const roles = Object.keys(template.findResources('AWS::IAM::Role')).filter((id) =>
      id.startsWith('Endpoint'),
    );
    expect(roles).toEqual([]);
    expect(only(template, 'AWS::IAM::Policy', 'ReadModels').PolicyDocument.Statement[0].Action).toBe(
      's3:GetObject',
    );
  });

  test('a boundary applies to both', () => {
    const { stack, vpc } = newStack();
    PermissionsBoundary.of(stack).apply(ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', 'boundary'));
    endpointIn(stack, { vpc });
    const roles = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Role'));
    expect(roles).toHaveLength(2);
    for (const role of roles)
      expect(flat(role['Properties'].PermissionsBoundary)).toMatch(/policy\/boundary$/);
  });
});
