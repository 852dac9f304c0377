import { type IRole, Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Stack, Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { JobPlaces, S3Place } from '../../core';
import { wildcardFinding } from '../finding-id';

const READ = ['s3:GetObject'];
/** Results are written under another name first, and what was cut short is removed. */
const WRITE = ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'];

export function s3Uri({ bucket, path = '' }: S3Place): string {
  return `s3://${bucket}/${path}`;
}

/** Lets a role read the input and write the output, and nothing beside them in the same buckets. */
export function grantData(scope: Construct, { input, output }: JobPlaces<S3Place>, role: IRole): Policy {
  const policy = new Policy(scope, 'Data', {
    statements: [
      objects(scope, 'ReadInput', READ, input, inputPattern(input)),
      list(scope, 'ListInput', input, inputPattern(input)),
      objects(scope, 'WriteOutput', WRITE, output, outputPattern(output)),
      list(scope, 'ListOutput', output, outputPattern(output)),
      ...keyStatement('DecryptInput', ['kms:Decrypt'], input),
      ...keyStatement('EncryptOutput', ['kms:Decrypt', 'kms:GenerateDataKey'], output),
    ],
  });
  for (const [place, pattern] of [
    [input, inputPattern(input)],
    [output, outputPattern(output)],
  ] as const) {
    if (!pattern.endsWith('*')) continue;
    Validations.of(policy).acknowledge({
      id: wildcardFinding(scope, `${bucketArn(scope, place.bucket)}/${pattern}`),
      reason: 'Files of the job, whose names are not known before they are there.',
    });
  }
  role.attachInlinePolicy(policy);
  return policy;
}

function objects(
  scope: Construct,
  sid: string,
  actions: string[],
  { bucket }: S3Place,
  pattern: string,
): PolicyStatement {
  return new PolicyStatement({ sid, actions, resources: [`${bucketArn(scope, bucket)}/${pattern}`] });
}

function list(scope: Construct, sid: string, { bucket }: S3Place, pattern: string): PolicyStatement {
  return new PolicyStatement({
    sid,
    actions: ['s3:ListBucket'],
    resources: [bucketArn(scope, bucket)],
    // A folder is asked for with and without the slash behind it.
    conditions: { StringLike: { 's3:prefix': [...new Set([pattern, pattern.replace(/\/\*$/, '')])] } },
  });
}

function keyStatement(sid: string, actions: string[], { kmsKeyArn }: S3Place): PolicyStatement[] {
  return kmsKeyArn === undefined ? [] : [new PolicyStatement({ sid, actions, resources: [kmsKeyArn] })];
}

const bucketArn = (scope: Construct, bucket: string): string =>
  `arn:${Stack.of(scope).partition}:s3:::${bucket}`;

/** All that a path can name: one file, what is below a folder, or what begins as a pattern does. */
function inputPattern({ path = '' }: S3Place): string {
  const pattern = path.search(/[*?[]/);
  if (pattern !== -1) return `${path.slice(0, pattern)}*`;
  const isFile = /\.[A-Za-z0-9]+$/.test(path);
  return isFile ? path : outputPattern({ path });
}

function outputPattern({ path = '' }: Pick<S3Place, 'path'>): string {
  const folder = path.replace(/\/+$/, '');
  return folder === '' ? '*' : `${folder}/*`;
}
