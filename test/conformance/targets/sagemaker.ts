import { Peer, Port, SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { SageMakerEndpoint } from 'inferstack/aws';
import type { ConformanceTarget } from '../conformance-target';
import { bindInAwsStack, broadStatements, type Resource, resourcesBelow } from './cloudformation';

/** CPU and memory of another instance: what both ask for is had by the smallest. */
const OTHER_INSTANCE = { 'resources.cpuMillis': { 'resources.cpuMillis': 4000 } };

export const sagemaker: ConformanceTarget = {
  platform: 'aws',
  title: 'SageMakerEndpoint',
  speaks: ['sagemaker'],
  demands: {},
  changes: { ...OTHER_INSTANCE, 'resources.memoryMiB': { 'resources.memoryMiB': 8192 } },
  limits: [],
  bind: (plan, exposure = 'default') =>
    bindInAwsStack(plan, (stack) => {
      const open = exposure === 'internet';
      const vpc = new Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 0, restrictDefaultSecurityGroup: false });
      if (!open) return new SageMakerEndpoint({ vpc });
      // An endpoint is asked through the API of AWS, with a signature: nothing of it can be made public but its network.
      const securityGroup = new SecurityGroup(stack, 'EndpointOpen', { vpc });
      securityGroup.addIngressRule(Peer.anyIpv4(), Port.tcp(8080));
      const network = { subnets: { subnetType: SubnetType.PUBLIC }, securityGroups: [securityGroup] };
      return new SageMakerEndpoint({ vpc, network: { ...network, isolation: false } });
    }),
  publicExposures: (rendered) =>
    resourcesBelow(rendered, 'Endpoint').flatMap(([id, { Type, Properties }]) => {
      const rules: { CidrIp?: string }[] = [Properties?.SecurityGroupIngress ?? Properties ?? {}].flat();
      if (/SecurityGroup(Ingress)?$/.test(Type) && rules.some(({ CidrIp }) => CidrIp === '0.0.0.0/0')) {
        return [`${id}: open to every address`];
      }
      return Type === 'AWS::SageMaker::Model' ? networkOf(id, Properties) : [];
    }),
  broadPermissions: (rendered) => broadStatements(resourcesBelow(rendered, 'Endpoint')),
  unavoidable: {
    'cloudwatch:PutMetricData on *': 'has no resources; limited to the namespace of endpoints',
    [`${[
      'ec2:DeleteNetworkInterfacePermission',
      'ec2:DescribeDhcpOptions',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSecurityGroups',
      'ec2:DescribeSubnets',
      'ec2:DescribeVpcEndpoints',
      'ec2:DescribeVpcs',
    ].join(' ')} on *`]: 'have no resources',
  },
};

function networkOf(id: string, { VpcConfig, EnableNetworkIsolation }: Resource['Properties']): string[] {
  const subnets = JSON.stringify(VpcConfig?.Subnets ?? 'none');
  return [
    ...(EnableNetworkIsolation === true ? [] : [`${id}: containers with a network`]),
    ...(/Isolated|Private/.test(subnets) ? [] : [`${id}: subnets ${subnets}`]),
  ];
}
