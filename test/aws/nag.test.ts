import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Stack } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { Rollout, RuntimeImage } from 'inferstack';
import { Exposure, type FargateEndpointOptions, WebAcl } from 'inferstack/aws';
import { CERTIFICATE_ARN, type EndpointProps, endpointIn, newStack } from './support';

/** Findings that nobody acknowledged, as `rule path`. */
function findings(scope: IConstruct): string[] {
  return new AwsSolutionsChecks()
    .validateScope(scope)
    .violations.flatMap((v) => v.violatingResources.map((r) => `${v.ruleName} ${r.constructPath}`));
}

const ECR_IMAGE = RuntimeImage.fromRegistry(
  `111122223333.dkr.ecr.eu-central-1.amazonaws.com/runtime@sha256:${'c'.repeat(64)}`,
);

function judged(
  options: (stack: Stack) => Partial<FargateEndpointOptions>,
  props: EndpointProps = {},
): string[] {
  const { stack, vpc } = newStack();
  // Buckets, keys and certificates are the user's: they lie in a stack that is not judged.
  const others = new Stack(stack.node.root as Stack, 'Others');
  const runtime = { ...props.runtime, image: ECR_IMAGE };
  const endpoint = endpointIn(stack, { vpc, ...options(others) }, { ...props, runtime });
  return findings(endpoint);
}

const accessLogs = (stack: Stack) => ({ bucket: new Bucket(stack, 'AccessLogs') });

test('the check finds what it should', () => {
  const { stack } = newStack();
  new Bucket(stack, 'Open');
  expect(findings(stack)).toEqual(expect.arrayContaining([expect.stringMatching(/^AwsSolutions-S10 /)]));
});

test('an endpoint with access logs has no finding', () => {
  expect(judged((stack) => ({ protection: { accessLogs: accessLogs(stack) } }))).toEqual([]);
});

test('neither has one on the internet with everything switched on', () => {
  expect(
    judged((stack) => ({
      exposure: Exposure.internet({
        certificate: Certificate.fromCertificateArn(stack, 'Tls', CERTIFICATE_ARN),
      }),
      capacity: { spotPercent: 50 },
      protection: {
        accessLogs: accessLogs(stack),
        encryptionKey: new Key(stack, 'Key'),
        webAcl: WebAcl.managedRules(),
      },
    })),
  ).toEqual([]);
});

test('neither has one whose requests are moved by ECS', () => {
  const found = judged(
    (stack) => ({
      exposure: Exposure.private({
        certificate: Certificate.fromCertificateArn(stack, 'Tls', CERTIFICATE_ARN),
      }),
      protection: { accessLogs: accessLogs(stack), encryptionKey: new Key(stack, 'Key') },
    }),
    { rollout: Rollout.canary(), runtime: { grpc: true } },
  );
  expect(found).toEqual([]);
});

test('without a bucket for them, missing access logs are the one finding', () => {
  expect(judged(() => ({}))).toEqual(['AwsSolutions-ELB2 CreditRisk/Endpoint/LoadBalancer/Resource']);
});
