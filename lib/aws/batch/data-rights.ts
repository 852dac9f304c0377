import { type IRole, Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Stack, Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { type DataScope, folderScope, inputScope, type JobPlaces, type S3Place } from '../../core';
import { wildcardFinding } from '../finding-id';

const READ = ['s3:GetObject'];
/** Results are written under another name first, and what was cut short is removed. */
const WRITE = ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'];

export function s3Uri({ bucket, path = '' }: S3Place): string {
  return `s3://${bucket}/${path}`;
}

/** Lets a role read the input and write the output, and nothing beside them in the same buckets. */
export function grantData(scope: Construct, { input, output }: JobPlaces<S3Place>, role: IRole): Policy {
  const read = granted(scope, input, inputScope(input.path));
  const write = granted(scope, output, folderScope(output.path));
  const policy = new Policy(scope, 'Data', {
    statements: [
      new PolicyStatement({ sid: 'ReadInput', actions: READ, resources: read.objects }),
      list('ListInput', read),
      new PolicyStatement({ sid: 'WriteOutput', actions: WRITE, resources: write.objects }),
      list('ListOutput', write),
      ...keyStatement('DecryptInput', ['kms:Decrypt'], input),
      ...keyStatement('EncryptOutput', ['kms:Decrypt', 'kms:GenerateDataKey'], output),
    ],
  });
  for (const object of [...read.objects, ...write.objects].filter((name) => name.endsWith('*'))) {
    Validations.of(policy).acknowledge({
      id: wildcardFinding(scope, object),
      reason: 'Files of the job, whose names are not known before they are there.',
    });
  }
  role.attachInlinePolicy(policy);
  return policy;
}

interface Granted {
  readonly bucket: string;
  readonly objects: string[];
  readonly listed: string;
}

function granted(scope: Construct, { bucket }: S3Place, { name, prefix, listed }: DataScope): Granted {
  const arn = `arn:${Stack.of(scope).partition}:s3:::${bucket}`;
  return {
    bucket: arn,
    objects: [
      ...(name === undefined ? [] : [`${arn}/${name}`]),
      ...(prefix === undefined ? [] : [`${arn}/${prefix}*`]),
    ],
    listed: `${listed}*`,
  };
}

/**
 * Without this right S3 does not say that a file is missing: it answers 403. Questions for one file carry no prefix, and
 * so must pass as well. Names can be listed by it, and nothing read.
 */
function list(sid: string, { bucket, listed }: Granted): PolicyStatement {
  return new PolicyStatement({
    sid,
    actions: ['s3:ListBucket'],
    resources: [bucket],
    conditions: { StringLikeIfExists: { 's3:prefix': listed } },
  });
}

function keyStatement(sid: string, actions: string[], { kmsKeyArn }: S3Place): PolicyStatement[] {
  return kmsKeyArn === undefined ? [] : [new PolicyStatement({ sid, actions, resources: [kmsKeyArn] })];
}
