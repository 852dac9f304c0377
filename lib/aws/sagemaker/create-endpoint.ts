import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnEndpoint, type CfnEndpointConfig } from 'aws-cdk-lib/aws-sagemaker';
import { Annotations, CfnOutput } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { type BoundEndpoint, type EndpointPlan, modelNames } from '../../core';
import { createDeploymentAlarms } from '../alarms';
import { createGateAlarms } from '../gate-alarms';
import { createLogGroup } from '../log-group';
import { ModelMetrics } from '../model-metrics';
import type { Network } from '../network';
import { createDashboard } from './dashboard';
import { deploymentConfig } from './deployment-config';
import { createEndpointConfig } from './endpoint-config';
import type { InstanceType } from './instance-types';
import { drainWarning } from './limits';
import type { SageMakerEndpointOptions } from './sagemaker-endpoint-options';
import { ENDPOINT_NAMESPACE, SageMakerMetrics } from './sagemaker-metrics';
import { SageMakerNative } from './sagemaker-native';
import { createScaling } from './scaling';
import { createServedModel } from './served-model';

export interface EndpointContext {
  readonly plan: EndpointPlan;
  readonly options: SageMakerEndpointOptions;
  readonly network: Network;
  readonly name: string;
  readonly instanceType: InstanceType;
}

/** Creates the resources of a checked plan, in the order in which they need each other. */
export function createEndpoint(scope: Construct, context: EndpointContext): BoundEndpoint<SageMakerNative> {
  const { plan, options, name, instanceType } = context;
  tell(scope, context);
  const traffic = new SageMakerMetrics(name);
  // SageMaker watches for the bake by itself: one window is all an alarm needs to look at.
  const alarmContext = { plan, traffic, options: options.alarms, windows: () => 1 };
  const { errors, latency } = createDeploymentAlarms(scope, alarmContext);
  const gates = createGateAlarms(scope, alarmContext);
  const ringing = [errors, latency, ...gates].filter((alarm) => alarm !== undefined);
  // SageMaker writes into this group alone, and would make one that keeps everything for ever.
  const logGroup = createLogGroup(scope, plan, options.protection, {
    logGroupName: `${ENDPOINT_NAMESPACE}/${name}`,
  });

  const { config, ...served } = createServedModel(scope, context, { logGroup, alarms: ringing });
  const endpointConfig = createEndpointConfig(scope, context, served.model);
  const endpoint = createCfnEndpoint(scope, context, endpointConfig, ringing);
  endpoint.node.addDependency(logGroup);
  const scaling = createScaling(scope, { plan, endpoint, instanceType, traffic });
  const models = modelNames(plan.models);
  const model = new ModelMetrics({ endpoint: plan.name, models });
  const dashboard = plan.monitoring.dashboard
    ? createDashboard(scope, { traffic, model, modelNames: models, instanceType, alarms: ringing, logGroup })
    : undefined;

  const native = new SageMakerNative(
    {
      ...served,
      endpoint,
      endpointConfig,
      instanceType,
      logGroup,
      alarms: { errors, latency, gates },
      scaling,
      dashboard,
    },
    name,
    model,
  );
  new CfnOutput(scope, 'EndpointName', { value: endpoint.attrEndpointName });
  return { native, runtimeConfig: config, defaultChild: endpoint };
}

/**
 * Nothing below it changes in place: a change makes a new model and configuration, and the endpoint goes over to them.
 * The old ones are removed when that has succeeded.
 */
function createCfnEndpoint(
  scope: Construct,
  { plan, name }: EndpointContext,
  { attrEndpointConfigName }: CfnEndpointConfig,
  alarms: readonly Alarm[],
): CfnEndpoint {
  return new CfnEndpoint(scope, 'Endpoint', {
    endpointName: name,
    endpointConfigName: attrEndpointConfigName,
    deploymentConfig: deploymentConfig(plan, alarms),
    // The number of instances is autoscaling's: an update must not put it back to minReplicas.
    retainAllVariantProperties: true,
  });
}

function tell(scope: Construct, { plan, instanceType, options }: EndpointContext): void {
  const warning = drainWarning(plan);
  if (warning !== undefined) Annotations.of(scope).addWarningV2('inferstack/aws:sagemakerDrain', warning);
  const { cpuMillis, memoryMiB } = plan.resources;
  const exact = instanceType.cpus * 1000 === cpuMillis && instanceType.memoryMiB === memoryMiB;
  if (exact || options.instanceType !== undefined) return;
  Annotations.of(scope).addInfoV2(
    'inferstack/aws:sagemakerInstance',
    `${instanceType.name} has ${instanceType.cpus * 1000} cpuMillis and ${instanceType.memoryMiB} MiB; asked for are ` +
      `${cpuMillis} and ${memoryMiB}. The runtime uses the cores that are asked for.`,
  );
}
