import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { App, Aspects, CfnResource, NestedStack, Stack, Stage, Tags } from 'aws-cdk-lib/core';
import flags from 'aws-cdk-lib/recommended-feature-flags.json';
import { Chart, Testing } from 'cdk8s';
import { type IConstruct, RootConstruct } from 'constructs';
import { ModelEndpoint } from 'inferstack';
import { FargateEndpoint } from 'inferstack/aws';
import { problemsOf } from '../support/endpoint';
import { attributes, endpointIn, KNOWN_ENV, MODEL, newStack, only } from './support';

describe('scope', () => {
  const { vpc } = newStack();
  const under = (scope: IConstruct) =>
    problemsOf(
      () =>
        new ModelEndpoint(scope as RootConstruct, 'Endpoint', {
          model: MODEL,
          target: new FargateEndpoint({ vpc }),
        }),
    );

  test.each<[string, () => IConstruct]>([
    ['a chart of cdk8s', () => new Chart(Testing.app(), 'CreditRisk')],
    ['a plain construct', () => new RootConstruct('CreditRisk')],
    ['an app without a stack', () => new Stage(new App(), 'CreditRisk')],
  ])('%s is refused', (_name, make) => {
    expect(under(make())).toMatchObject([
      {
        code: 'TARGET_SCOPE',
        at: 'CreditRisk/Endpoint',
        what: 'FargateEndpoint creates AWS resources, and no Stack of aws-cdk-lib lies above it',
        remedy: 'Create the ModelEndpoint in such a Stack, or give it the target of the tool you use.',
      },
    ]);
  });

  test('a nested stack is fine', () => {
    const { stack, vpc: parentVpc } = newStack();
    const nested = new NestedStack(stack, 'Nested');
    endpointIn(nested as unknown as Stack, { vpc: parentVpc });
    Template.fromStack(nested).resourceCountIs('AWS::ECS::Service', 1);
  });
});

describe('stages and environments', () => {
  test('the same program makes the same resources with and without a known environment', () => {
    const types = (stack: Stack) =>
      Object.values(Template.fromStack(stack).toJSON().Resources as Record<string, { Type: string }>)
        .map((resource) => resource.Type)
        .sort();
    const agnostic = newStack();
    const known = newStack({ env: KNOWN_ENV });
    for (const { stack, vpc } of [agnostic, known]) endpointIn(stack, { vpc });
    expect(types(known.stack)).toEqual(types(agnostic.stack));
  });

  test('two stages hold two endpoints with one model artifact', () => {
    const app = new App();
    for (const id of ['Test', 'Prod']) {
      const stack = new Stack(new Stage(app, id), 'CreditRisk', { env: KNOWN_ENV });
      endpointIn(stack, { vpc: new Vpc(stack, 'Vpc', { restrictDefaultSecurityGroup: false }) });
    }
    const { directory } = app.synth();
    const archives = readdirSync(directory).filter((file) => file.endsWith('.tar.gz'));
    expect(archives).toHaveLength(1);
  });

  test('two endpoints live in one stack', () => {
    const { stack, vpc } = newStack();
    endpointIn(stack, { vpc }, {}, 'First');
    endpointIn(stack, { vpc }, {}, 'Second');
    Template.fromStack(stack).resourceCountIs('AWS::ECS::Service', 2);
  });

  test('without staging the archive stays where the upload looks for it', () => {
    const { stack, vpc } = newStack({}, { context: { 'aws:cdk:disable-asset-staging': true } });
    const { native } = endpointIn(stack, { vpc });
    expect(readFileSync(native.modelAssets[0]!.assetPath).subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]));
  });
});

describe('feature flags', () => {
  const off = Object.fromEntries(Object.keys(flags).map((flag) => [flag, false]));
  test.each([
    ['none set', {}],
    ['all recommended', flags],
    ['all off', off],
  ])('%s: what matters is the same', (_name, context) => {
    const { stack, vpc } = newStack({}, { context });
    FargateEndpoint.addVpcEndpoints(vpc);
    endpointIn(stack, { vpc }, { scaling: { requestsPerReplica: 10 } });
    const template = Template.fromStack(stack);
    const service = only(template, 'AWS::ECS::Service');
    expect(service).not.toHaveProperty('DesiredCount');
    expect(service.DeploymentConfiguration).toMatchObject({
      MinimumHealthyPercent: 100,
      DeploymentCircuitBreaker: { Enable: true, Rollback: true },
      Alarms: { Enable: true, Rollback: true, AlarmNames: [expect.anything(), expect.anything()] },
    });
    expect(only(template, 'AWS::IAM::Policy', 'ReadModels').PolicyDocument.Statement).toHaveLength(1);
    const loadBalancer = only(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer');
    expect(attributes(loadBalancer.LoadBalancerAttributes)).toMatchObject({
      'deletion_protection.enabled': 'true',
    });
  });
});

describe('aspects', () => {
  test('tags and edits of every resource apply', () => {
    const { stack, vpc } = newStack();
    endpointIn(stack, { vpc });
    Tags.of(stack).add('team', 'credit');
    const seen: string[] = [];
    Aspects.of(stack).add({
      visit: (node) => {
        if (node instanceof CfnResource) seen.push(node.cfnResourceType);
      },
    });
    const template = Template.fromStack(stack);
    expect(only(template, 'AWS::ECS::Service').Tags).toEqual([{ Key: 'team', Value: 'credit' }]);
    expect(seen).toEqual(expect.arrayContaining(['AWS::ECS::Service', 'AWS::CloudWatch::Alarm']));
  });
});

describe('determinism', () => {
  const synthesize = () => {
    const { stack, vpc } = newStack();
    endpointIn(stack, { vpc });
    const { directory } = (stack.node.root as App).synth();
    return Object.fromEntries(
      readdirSync(directory)
        .filter((file) => !['manifest.json', 'tree.json'].includes(file) && !file.endsWith('.metadata.json'))
        .sort()
        .map((file) => [file, readFileSync(path.join(directory, file)).toString('base64')]),
    );
  };

  test('two runs give the same bytes, archive included', () => {
    const first = synthesize();
    expect(Object.keys(first)).toContainEqual(expect.stringMatching(/\.tar\.gz$/));
    expect(synthesize()).toEqual(first);
  });

  test('no name or id comes from a hash of the content', () => {
    const ids = (props: Parameters<typeof endpointIn>[2]) => {
      const { stack, vpc } = newStack();
      endpointIn(stack, { vpc }, props);
      return Object.keys(Template.fromStack(stack).toJSON().Resources);
    };
    const changed = ids({ resources: { memoryMiB: 4096 }, scaling: { maxReplicas: 12 } });
    expect(changed).toEqual(ids({}));
  });
});
