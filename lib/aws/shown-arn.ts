import { type Stack, Token } from 'aws-cdk-lib/core';

/** An ARN of EC2 in this account and region, as cdk-nag shows it in its findings. */
export function shownEc2Arn({ partition, region, account }: Stack, resource: string): string {
  const shown = (value: string, name: string) => (Token.isUnresolved(value) ? `<AWS::${name}>` : value);
  const place = [shown(region, 'Region'), shown(account, 'AccountId')].join(':');
  return `arn:${shown(partition, 'Partition')}:ec2:${place}:${resource}`;
}
