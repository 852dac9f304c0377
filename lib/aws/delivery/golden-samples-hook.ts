import { Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { DeploymentLifecycleLambdaTarget, DeploymentLifecycleStage } from 'aws-cdk-lib/aws-ecs';
import { Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { EndpointContext } from '../create-endpoint';
import { createLogGroup } from '../log-group';
import { goldenPlan } from './golden-checks';
import { hookCode } from './hook-code';
import { createHookRole, denyInterfacesToCode } from './hook-role';
import type { TestListener } from './test-listener';

export interface GoldenSamplesHook {
  readonly function: LambdaFunction;
  /** What the service calls before requests move. */
  readonly target: DeploymentLifecycleLambdaTarget;
  /** The right to call it, which has to be there before the service. */
  readonly rights: Policy;
}

/** Holds every deployment until the new version has answered the golden samples of all models as it must. */
export function createGoldenSamplesHook(
  scope: Construct,
  context: EndpointContext,
  test: TestListener,
): GoldenSamplesHook {
  const hook = createFunction(scope, context, test);
  const role = new Role(scope, 'HookRole', {
    description: 'Amazon ECS: asks whether the golden samples pass',
    assumedBy: new ServicePrincipal('ecs.amazonaws.com'),
  });
  const invoke = new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [hook.functionArn] });
  const rights = new Policy(role, 'Invoke', { roles: [role], statements: [invoke] });
  const target = new DeploymentLifecycleLambdaTarget(hook, 'GoldenSamples', {
    role,
    lifecycleStages: [DeploymentLifecycleStage.POST_TEST_TRAFFIC_SHIFT],
  });
  return { function: hook, target, rights };
}

function createFunction(
  scope: Construct,
  { plan, options, network }: EndpointContext,
  test: TestListener,
): LambdaFunction {
  const { vpc } = network;
  const vpcSubnets = network.options.subnets ?? network.privateSubnets;
  const securityGroup = new SecurityGroup(scope, 'GoldenSamplesSecurityGroup', {
    vpc,
    description: 'Sends golden samples to a new version of the model endpoint',
    allowAllOutbound: false,
  });
  test.listener.connections.allowFrom(securityGroup, Port.tcp(test.port), 'Golden samples');
  const logGroup = createLogGroup(scope, plan, options.protection, { id: 'GoldenSamplesLogs' });
  const { subnets } = vpc.selectSubnets(vpcSubnets);
  const role = createHookRole(scope, { subnets, securityGroup, logGroup });
  const { code, dispose } = hookCode(goldenPlan(plan));
  const hook = new LambdaFunction(scope, 'GoldenSamples', {
    description: `Golden samples of ${plan.name}, sent to a new version before it gets requests`,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    handler: 'index.handler',
    code,
    role,
    vpc,
    vpcSubnets,
    // It asks the load balancer alone, which is inside.
    allowPublicSubnet: true,
    securityGroups: [securityGroup],
    environment: { TEST_URL: test.url },
    memorySize: 512,
    timeout: Duration.minutes(15),
    logGroup,
  });
  dispose(scope);
  denyInterfacesToCode(scope, role, hook);
  // The answer of a listener without a rule would be 404.
  hook.node.addDependency(test.rule);
  return hook;
}
