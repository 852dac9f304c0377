import { ProblemError } from '@inferstack/runtime/contract';
import { TerraformStack } from 'cdktf';
import type { IConstruct } from 'constructs';

/** The Terraform stack above `scope`. @throws ProblemError TARGET_SCOPE if there is none. */
export function requireStack(scope: IConstruct, path: string, target: string): TerraformStack {
  const stack = scope.node.scopes.find(TerraformStack.isStack);
  if (stack !== undefined) return stack;
  throw new ProblemError([
    {
      code: 'TARGET_SCOPE',
      at: path,
      what: `${target} creates Terraform resources, but no TerraformStack is above this construct`,
      allowed: 'a scope inside a TerraformStack of a cdktf App',
      remedy:
        "Create the ModelEndpoint below `new TerraformStack(new App(), 'Name')` of cdktf, or choose another target.",
    },
  ]);
}
