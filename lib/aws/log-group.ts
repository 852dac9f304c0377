import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { MonitoringPlan } from '../core';
import type { FargateProtectionOptions } from './fargate-endpoint-options';

interface LogGroupOptions {
  /** Construct id. @default 'Logs' */
  readonly id?: string;
  /** For services that write into a group of a certain name alone. @default - CloudFormation's */
  readonly logGroupName?: string;
}

/** Kept as long as the plan says, and when the stack goes. Several may share a key, which consents once. */
export function createLogGroup(
  scope: Construct,
  { monitoring }: { readonly monitoring: Pick<MonitoringPlan, 'logRetentionDays'> },
  { deletion = true, encryptionKey }: Pick<FargateProtectionOptions, 'deletion' | 'encryptionKey'> = {},
  { id = 'Logs', logGroupName }: LogGroupOptions = {},
): LogGroup {
  if (encryptionKey !== undefined) allowLogs(scope, encryptionKey);
  // A name that is fixed must be free again when the stack could not be created.
  const kept = logGroupName === undefined ? RemovalPolicy.RETAIN : RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
  return new LogGroup(scope, id, {
    logGroupName,
    retention: monitoring.logRetentionDays,
    encryptionKey,
    removalPolicy: deletion ? kept : RemovalPolicy.DESTROY,
  });
}

/**
 * CloudWatch Logs needs the key's own consent, for the log groups of this account and region. Not for the one log
 * group: key and log group would then depend on each other. A key imported by ARN keeps its policy: README.md.
 */
function allowLogs(scope: Construct, key: IKey): void {
  const { account, region, partition } = Stack.of(scope);
  key.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
      actions: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
      resources: ['*'],
      conditions: {
        ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:*` },
      },
    }),
  );
}
