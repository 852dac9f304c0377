import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Exposure, FargateEndpoint } from 'inferstack/aws';
import type { ConformanceTarget } from '../conformance-target';
import { bindInAwsStack, broadStatements, resourcesBelow } from './cloudformation';

const CERTIFICATE = 'arn:aws:acm:eu-central-1:111122223333:certificate/c0ffee';

export const aws: ConformanceTarget = {
  platform: 'aws',
  title: 'FargateEndpoint',
  demands: {},
  changes: {},
  limits: [],
  bind: (plan, exposure = 'default') =>
    bindInAwsStack(plan, (stack) => {
      const vpc = new Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 0, restrictDefaultSecurityGroup: false });
      // HTTPS, since a load balancer forwards gRPC from such listeners only.
      const certificate = Certificate.fromCertificateArn(stack, 'Certificate', CERTIFICATE);
      return new FargateEndpoint({
        vpc,
        exposure:
          exposure === 'internet' ? Exposure.internet({ certificate }) : Exposure.private({ certificate }),
      });
    }),
  publicExposures: (rendered) =>
    resourcesBelow(rendered, 'Endpoint').flatMap(([id, { Type, Properties }]) => {
      if (Properties?.Scheme === 'internet-facing') return [`${id}: internet-facing`];
      const ingress: { CidrIp?: string }[] = Properties?.SecurityGroupIngress ?? [Properties ?? {}];
      if (/SecurityGroup(Ingress)?$/.test(Type) && ingress.some(({ CidrIp }) => CidrIp === '0.0.0.0/0')) {
        return [`${id}: open to every address`];
      }
      const address = Properties?.NetworkConfiguration?.AwsvpcConfiguration?.AssignPublicIp;
      return address === 'ENABLED' ? [`${id}: public address`] : [];
    }),
  broadPermissions: (rendered) => broadStatements(resourcesBelow(rendered, 'Endpoint')),
  unavoidable: {},
};
