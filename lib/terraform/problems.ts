import type { ProblemCatalogue } from '@inferstack/runtime/contract';

/** Codes of what is wrong with the Terraform stack that an endpoint was put into. */
export const terraformProblems = {
  TERRAFORM_BACKEND: 'The state of the stack would lie at a path of this machine alone.',
  TERRAFORM_PROVIDER: 'The stack has no provider for the resources of the endpoint.',
} as const satisfies ProblemCatalogue;

export type TerraformProblemCode = keyof typeof terraformProblems;
