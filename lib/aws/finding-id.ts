import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/** How cdk-nag names a wildcard in a policy: placeholders in angle brackets. */
export function wildcardFinding(scope: Construct, resource: string): string {
  return `AwsSolutions-IAM5[Resource::${flat(Stack.of(scope).resolve(resource))}]`;
}

type Resolved =
  | string
  | {
      readonly Ref?: string;
      readonly 'Fn::Join'?: readonly [string, readonly Resolved[]];
      readonly 'Fn::GetAtt'?: readonly string[];
    };

function flat(value: Resolved): string {
  if (typeof value === 'string') return value;
  if (value['Fn::Join'] !== undefined) return value['Fn::Join'][1].map(flat).join(value['Fn::Join'][0]);
  if (value['Fn::GetAtt'] !== undefined) return `<${value['Fn::GetAtt'].join('.')}>`;
  return `<${value.Ref}>`;
}
