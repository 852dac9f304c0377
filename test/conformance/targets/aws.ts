import { Template } from 'aws-cdk-lib/assertions';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { App, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { Exposure, FargateEndpoint } from 'inferstack/aws';
import { temporaryFolder } from '../../support/temporary-folder';
import type { ConformanceTarget, Rendered } from '../conformance-target';
import { withoutConfig } from '../without-config';

/** One for all: what was staged once is not staged again. */
const outdir = temporaryFolder();
const CERTIFICATE = 'arn:aws:acm:eu-central-1:111122223333:certificate/c0ffee';

interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template is JSON of any form, and a wrong guess fails the test
  readonly Properties: any;
}

export const aws: ConformanceTarget = {
  platform: 'aws',
  title: 'FargateEndpoint',
  demands: {},
  changes: {},
  limits: [],
  bind(plan, exposure = 'default') {
    const stack = new Stack(new App({ outdir }), 'Serving');
    const vpc = new Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 0, restrictDefaultSecurityGroup: false });
    const scope = new Construct(stack, 'Endpoint');
    // HTTPS, since a load balancer forwards gRPC from such listeners only.
    const certificate = Certificate.fromCertificateArn(stack, 'Certificate', CERTIFICATE);
    const target = new FargateEndpoint({
      vpc,
      exposure:
        exposure === 'internet' ? Exposure.internet({ certificate }) : Exposure.private({ certificate }),
    });
    const { runtimeConfig } = target.bind(scope, plan);
    const template = Template.fromStack(stack).toJSON() as { Resources: Record<string, Resource> };
    const warnings = scope.node.metadata
      .filter(({ type }) => type === 'aws:cdk:warning')
      .map(({ data }) => data);
    const text = JSON.stringify([template, warnings]);
    return { platform: withoutConfig([template, warnings]), runtimeConfig, text };
  },
  publicExposures: (rendered) =>
    resources(rendered).flatMap(([id, { Type, Properties }]) => {
      if (Properties?.Scheme === 'internet-facing') return [`${id}: internet-facing`];
      const ingress: { CidrIp?: string }[] = Properties?.SecurityGroupIngress ?? [Properties ?? {}];
      if (/SecurityGroup(Ingress)?$/.test(Type) && ingress.some(({ CidrIp }) => CidrIp === '0.0.0.0/0')) {
        return [`${id}: open to every address`];
      }
      const address = Properties?.NetworkConfiguration?.AwsvpcConfiguration?.AssignPublicIp;
      return address === 'ENABLED' ? [`${id}: public address`] : [];
    }),
  broadPermissions: (rendered) =>
    resources(rendered)
      .filter(([, { Type }]) => Type === 'AWS::IAM::Policy' || Type === 'AWS::IAM::Role')
      .flatMap(([, { Properties }]) => statements(Properties).filter(isBroad).map(named)),
  unavoidable: {},
};

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: unknown;
}

/** The inferstack part of the template: the VPC of the test brings roles of its own. */
function resources({ platform }: Rendered): [string, Resource][] {
  const [template] = platform as [{ Resources: Record<string, Resource> }];
  return Object.entries(template.Resources).filter(([id]) => id.startsWith('Endpoint'));
}

function statements(properties: Resource['Properties']): Statement[] {
  const documents = [
    properties.PolicyDocument,
    ...(properties.Policies ?? []).map((policy: Resource['Properties']) => policy.PolicyDocument),
  ];
  return documents.flatMap((document) => document?.Statement ?? []);
}

function isBroad({ Action, Resource }: Statement): boolean {
  return [Action].flat().some((action) => action.includes('*')) || [Resource].flat().includes('*');
}

function named({ Action, Resource }: Statement): string {
  return `${[Action].flat().join(' ')} on ${typeof Resource === 'string' ? Resource : 'a resource'}`;
}
