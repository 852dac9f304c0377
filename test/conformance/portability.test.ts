import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { App as AwsApp, Stack } from 'aws-cdk-lib/core';
import { Chart, App as KubernetesApp } from 'cdk8s';
import { App as TerraformApp, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { Duration, type EndpointTarget, ModelEndpoint, ModelSource, RuntimeImage } from 'inferstack';
import { Exposure, FargateEndpoint } from 'inferstack/aws';
import { ContainerAppEndpoint } from 'inferstack/azure';
import { ComposeEndpoint, ComposeProject } from 'inferstack/compose';
import { CloudRunEndpoint } from 'inferstack/gcp';
import { KServeEndpoint, KubernetesEndpoint } from 'inferstack/kubernetes';
import { temporaryFolder } from '../support/temporary-folder';
import { IMAGE, MODEL } from './plan';

/** The one definition, as a user would share it among programs: only the target changes. */
function creditRisk<Native>(scope: Construct, target: EndpointTarget<Native>): ModelEndpoint<Native> {
  return new ModelEndpoint(scope, 'CreditRisk', {
    model: ModelSource.fromDirectory(MODEL),
    target,
    scaling: { minReplicas: 3, maxReplicas: 3 },
    monitoring: {
      latency: { maxP99: Duration.millis(250) },
      runbookUrl: 'https://runbooks.example.com/credit-risk',
    },
    runtime: { image: RuntimeImage.fromRegistry(IMAGE), maxInFlight: 100, logLevel: 'warn' },
  });
}

const outdir = temporaryFolder();

function onAws() {
  const stack = new Stack(new AwsApp({ outdir }), 'Serving');
  const certificate = Certificate.fromCertificateArn(
    stack,
    'Certificate',
    'arn:aws:acm:eu-west-1:1:certificate/c',
  );
  const vpc = new Vpc(stack, 'Vpc');
  return creditRisk(stack, new FargateEndpoint({ vpc, exposure: Exposure.private({ certificate }) }));
}

const terraform = () => new TerraformStack(new TerraformApp({ outdir }), 'Serving');
const endpoints = {
  aws: onAws(),
  azure: creditRisk(terraform(), new ContainerAppEndpoint({ location: 'westeurope' })),
  gcp: creditRisk(terraform(), new CloudRunEndpoint({ project: 'credit-risk', region: 'europe-west1' })),
  kubernetes: creditRisk(
    new Chart(new KubernetesApp(), 'Serving', { namespace: 'm' }),
    new KubernetesEndpoint(),
  ),
  kserve: creditRisk(new Chart(new KubernetesApp(), 'Serving', { namespace: 'm' }), new KServeEndpoint()),
  compose: creditRisk(new ComposeProject({ name: 'serving', outdir }), new ComposeEndpoint()),
};

test('one definition decides the same on every platform', () => {
  const plans = Object.values(endpoints).map(({ plan: { name: _, path: __, ...decided } }) => decided);
  for (const plan of plans) expect(plan).toEqual(plans[0]);
  expect(plans[0]!.monitoring.latency!.maxP99Ms).toBe(250);
});

test('and each platform has its own typed resources', () => {
  expect(endpoints.aws.native.service.node.path).toMatch(/^Serving\/CreditRisk/);
  expect(endpoints.azure.native.app.node.path).toMatch(/^Serving\/CreditRisk/);
  expect(endpoints.gcp.native.service.node.path).toMatch(/^Serving\/CreditRisk/);
  expect(endpoints.kubernetes.native.deployment.node.path).toMatch(/^Serving\/CreditRisk/);
  expect(endpoints.kserve.native.inferenceService.node.path).toMatch(/^Serving\/CreditRisk/);
  expect(endpoints.compose.native.replicas).toHaveLength(3);
});
