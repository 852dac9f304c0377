import { formatProblem } from '@inferstack/runtime/contract';
import { TerraformProvider, type TerraformStack } from 'cdktf';
import { once } from './once';

/**
 * Has the synthesis fail when the stack lacks a provider: without one Terraform says so only at deployment.
 *
 * @param type as Terraform names it, `azurerm` or `google`
 * @param remedy the line of code that adds it
 */
export function requireProvider(stack: TerraformStack, type: string, remedy: string): void {
  once(stack, `provider ${type}`, () => {
    stack.node.addValidation({
      validate: () => {
        const found = stack.node
          .findAll()
          .some((node) => node instanceof TerraformProvider && node.terraformResourceType === type);
        return found ? [] : [problemLine(stack, type, remedy)];
      },
    });
  });
}

function problemLine(stack: TerraformStack, type: string, remedy: string): string {
  return formatProblem({
    code: 'TERRAFORM_PROVIDER',
    at: stack.node.path,
    what: `the stack holds endpoints and no provider '${type}'`,
    allowed: 'one provider, or more with aliases',
    remedy,
  });
}
