import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Stack } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import { RuntimeImage, Schedule } from 'inferstack';
import { newStack } from '../support';
import { jobIn } from './support';

const ECR_IMAGE = RuntimeImage.fromRegistry(
  `111122223333.dkr.ecr.eu-central-1.amazonaws.com/runtime@sha256:${'c'.repeat(64)}`,
);

test('a job with all options has no finding that nobody acknowledged', () => {
  const { stack, vpc } = newStack();
  // Topics and keys are the user's: they lie in a stack that is not judged.
  const others = new Stack(stack.node.root as Stack, 'Others');
  const job = jobIn(
    stack,
    {
      vpc,
      notifications: new Topic(others, 'Ended'),
      alarms: { topic: new Topic(others, 'OnCall') },
      protection: { encryptionKey: new Key(others, 'Key') },
    },
    { schedule: Schedule.daily({ hour: 3 }), run: { parallelism: 4, image: ECR_IMAGE } },
  );
  const { violations } = new AwsSolutionsChecks().validateScope(job);
  const found = violations.flatMap((v) =>
    v.violatingResources.map((r) => `${v.ruleName} ${r.constructPath}`),
  );
  expect(found).toEqual([]);
});
