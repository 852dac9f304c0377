import { throwProblems } from '@inferstack/runtime/contract';
import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { EndpointPlan } from '../core';

/** Refuses a scope that this tool does not deploy. */
export function checkScope(
  target: string,
  scope: Construct,
  { path }: Pick<EndpointPlan, 'path'>,
  construct = 'ModelEndpoint',
): void {
  if (scope.node.scopes.some((parent) => Stack.isStack(parent))) return;
  throwProblems([
    {
      code: 'TARGET_SCOPE',
      at: path,
      what: `${target} creates AWS resources, and no Stack of aws-cdk-lib lies above it`,
      got: scope.node.scopes.map((parent) => parent.constructor.name).join(' > '),
      allowed: `a ${construct} inside a Stack of aws-cdk-lib`,
      remedy: `Create the ${construct} in such a Stack, or give it the target of the tool you use.`,
    },
  ]);
}
