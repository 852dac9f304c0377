import { Template } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { App as AwsApp, Stack } from 'aws-cdk-lib/core';
import { App, Chart } from 'cdk8s';
import { App as TerraformApp, TerraformStack, Testing } from 'cdktf';
import { Construct } from 'constructs';
import type { BatchPlan, BatchTarget } from 'inferstack';
import { FargateBatch } from 'inferstack/aws';
import { ContainerAppBatch } from 'inferstack/azure';
import { CloudRunBatch } from 'inferstack/gcp';
import { KubernetesBatch } from 'inferstack/kubernetes';
import { temporaryFolder } from '../../support/temporary-folder';
import { withoutConfig } from '../without-config';
import type { BatchConformanceTarget, RenderedJob } from './batch-conformance-target';

/** One for all: what was staged once is not staged again. */
const outdir = temporaryFolder();

const aws: BatchConformanceTarget = {
  title: 'FargateBatch',
  changes: {},
  limits: [],
  place: 'aws',
  bind: (plan) => {
    const stack = new Stack(new AwsApp({ outdir }), 'Serving');
    const vpc = new Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 0, restrictDefaultSecurityGroup: false });
    const scope = new Construct(stack, 'Job');
    const { runtimeConfig } = new FargateBatch({ vpc }).bind(scope, plan);
    const output = [Template.fromStack(stack).toJSON(), scope.node.metadata.map(({ data }) => data)];
    return { platform: withoutConfig(output), runtimeConfig, text: JSON.stringify(output) };
  },
};

const gcp: BatchConformanceTarget = {
  title: 'CloudRunBatch',
  changes: { 'resources.cpuMillis': { 'resources.cpuMillis': 2000 } },
  limits: ['GCP_MODEL_MEMORY'],
  place: 'gcp',
  bind: (plan) => bindInStack(new CloudRunBatch({ project: 'credit-risk', region: 'europe-west1' }), plan),
};

const azure: BatchConformanceTarget = {
  title: 'ContainerAppBatch',
  changes: {
    // CPU and memory come in pairs.
    'resources.cpuMillis': { 'resources.cpuMillis': 500, 'resources.memoryMiB': 1024 },
    'resources.memoryMiB': { 'resources.cpuMillis': 2000, 'resources.memoryMiB': 4096 },
  },
  limits: ['AZURE_STORAGE'],
  place: 'azure',
  bind: (plan) => bindInStack(new ContainerAppBatch({ location: 'westeurope' }), plan),
};

function bindInStack(target: BatchTarget<unknown>, plan: BatchPlan): RenderedJob {
  const stack = new TerraformStack(new TerraformApp({ outdir }), 'Serving');
  const scope = new Construct(stack, 'Job');
  const { runtimeConfig } = target.bind(scope, plan);
  const warnings = scope.node.findAll().flatMap(({ node }) => node.metadata.map(({ data }) => data));
  const output = [JSON.parse(Testing.synth(stack)), warnings];
  return { platform: withoutConfig(output), runtimeConfig, text: JSON.stringify(output) };
}

const kubernetes: BatchConformanceTarget = {
  title: 'KubernetesBatch',
  changes: {},
  limits: ['KUBERNETES_MODEL_TOO_LARGE'],
  place: 'kubernetes',
  bind: (plan) => {
    const chart = new Chart(new App(), 'Serving', { namespace: 'models' });
    const { runtimeConfig } = new KubernetesBatch().bind(new Construct(chart, 'Job'), plan);
    const manifests = chart.toJson() as { data?: Record<string, string> }[];
    const rest = manifests.filter(({ data }) => data?.['config.json'] === undefined);
    // The hash of the configuration is part of names.
    const platform = JSON.parse(JSON.stringify(rest).replace(/[a-z0-9-]+-config-[0-9a-f]{8}/g, '<config>'));
    return { platform, runtimeConfig, text: JSON.stringify(manifests) };
  },
};

/** Every batch target there is, in the order of the support matrix. */
export const batchTargets: readonly BatchConformanceTarget[] = [aws, azure, gcp, kubernetes];
