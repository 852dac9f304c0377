import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Stack } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { SageMakerEndpointOptions } from 'inferstack/aws';
import { KNOWN_ENV, newStack } from '../support';
import { endpointIn } from './support';

/** Findings that nobody acknowledged, as `rule path`. */
function judged(
  options: (stack: Stack) => Partial<SageMakerEndpointOptions>,
  env?: typeof KNOWN_ENV,
): string[] {
  const { stack, vpc } = newStack(env && { env });
  // Buckets and keys are the user's: they lie in a stack that is not judged.
  const others = new Stack(stack.node.root as Stack, 'Others', env && { env });
  const endpoint = endpointIn(stack, { vpc, ...options(others) });
  return new AwsSolutionsChecks()
    .validateScope(endpoint)
    .violations.flatMap((v) => v.violatingResources.map((r) => `${v.ruleName} ${r.constructPath}`));
}

test('an endpoint has no finding', () => {
  expect(judged(() => ({}))).toEqual([]);
  expect(judged(() => ({}), KNOWN_ENV)).toEqual([]);
});

test('captured requests are the one finding: the folder they are written into is yours to judge', () => {
  expect(
    judged((stack) => ({
      protection: { encryptionKey: new Key(stack, 'Key') },
      dataCapture: { bucket: new Bucket(stack, 'Captured') },
    })),
  ).toEqual([
    expect.stringMatching(/^AwsSolutions-IAM5\[Resource::<Captured\w+\.Arn>\/credit-risk-endpoint\/\*\] /),
  ]);
});
