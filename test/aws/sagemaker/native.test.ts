import { Template } from 'aws-cdk-lib/assertions';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { AccountPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { App, Stack } from 'aws-cdk-lib/core';
import { SageMakerEndpoint, SageMakerModelEndpoint } from 'inferstack/aws';
import { flat, newStack, only } from '../support';
import { endpointIn, sagemaker } from './support';

const NAMED = { EndpointName: 'credit-risk-endpoint', VariantName: 'AllTraffic' };

test('holds every resource', () => {
  const { native, endpoint } = sagemaker();
  for (const part of [native.endpoint, native.endpointConfig, native.model, native.role, native.logGroup]) {
    expect(part.node.path.startsWith(`${endpoint.node.path}/`)).toBe(true);
  }
  expect(native.instanceType).toEqual({
    name: 'ml.c5.large',
    cpus: 2,
    memoryMiB: 4096,
    architecture: 'x86_64',
  });
  expect(native.securityGroups).toHaveLength(1);
  expect(native.endpointName).toBe('credit-risk-endpoint');
});

test('lets a role ask this endpoint and no other', () => {
  const { stack, vpc } = newStack();
  const { native } = endpointIn(stack, { vpc, endpointName: 'credit' });
  native.grantInvoke(new Role(stack, 'Client', { assumedBy: new AccountPrincipal('111122223333') }));
  const [statement] = only(Template.fromStack(stack), 'AWS::IAM::Policy', 'Client').PolicyDocument.Statement;
  expect(statement).toMatchObject({ Action: 'sagemaker:InvokeEndpoint', Effect: 'Allow' });
  expect(flat(statement.Resource)).toBe(
    'arn:<AWS::Partition>:sagemaker:<AWS::Region>:<AWS::AccountId>:endpoint/credit',
  );
});

test('metrics carry the namespaces and dimensions AWS publishes', () => {
  const { native } = sagemaker();
  const published = ({ namespace, metricName, dimensions, statistic }: Metric) => [
    namespace,
    metricName,
    statistic,
    dimensions,
  ];
  expect(published(native.metricRequests())).toEqual(['AWS/SageMaker', 'Invocations', 'Sum', NAMED]);
  expect(published(native.metricLatency())).toEqual(['AWS/SageMaker', 'ModelLatency', 'p99', NAMED]);
  expect(published(native.metricCpuUtilization())).toEqual([
    '/aws/sagemaker/Endpoints',
    'CPUUtilization',
    'Average',
    NAMED,
  ]);
  expect(native.metricErrors({ minRequests: 7 }).expression).toContain('>= 7');
  expect(native.metricModelLatency().namespace).toBe('Inferstack');
});

test('an endpoint of another app is known by its name', () => {
  const stack = new Stack(new App(), 'Client');
  const endpoint = SageMakerModelEndpoint.fromEndpointName(stack, 'Imported', 'credit');
  expect(flat(stack.resolve(endpoint.url))).toBe(
    'https://runtime.sagemaker.<AWS::Region>.<AWS::URLSuffix>/endpoints/credit/invocations',
  );
  expect(endpoint.metricRequests().dimensions).toEqual({ EndpointName: 'credit', VariantName: 'AllTraffic' });
});

test('the endpoints of a VPC let the model in and clients ask', () => {
  const { stack, vpc } = newStack();
  SageMakerEndpoint.addVpcEndpoints(vpc);
  const { node } = endpointIn(stack, { vpc });
  const services = Object.values(Template.fromStack(stack).findResources('AWS::EC2::VPCEndpoint')).map(
    ({ Properties }) => flat(Properties.ServiceName),
  );
  expect(services).toEqual([expect.stringMatching(/\.s3$/), expect.stringMatching(/\.sagemaker\.runtime$/)]);
  const warnings = node.metadata.map(({ data }) => String(data));
  expect(warnings.filter((text) => text.includes('could not come'))).toEqual([]);
});
