import path from 'node:path';
import { formatProblem } from '@inferstack/runtime/contract';
import { LocalBackend, TerraformBackend, type TerraformStack } from 'cdktf';
import { once } from './once';

/**
 * Has the synthesis fail when the stack says nowhere its state is kept. cdktf would write the absolute path of this
 * machine into the output: another one would then create everything a second time.
 */
export function requireDurableState(stack: TerraformStack): void {
  once(stack, 'backend', () => {
    stack.node.addValidation({ validate: () => (isDurable(stack) ? [] : [problemLine(stack)]) });
  });
}

function isDurable(stack: TerraformStack): boolean {
  const backend = stack.node.findAll().find(TerraformBackend.isBackend);
  if (!(backend instanceof LocalBackend)) return backend !== undefined;
  const { terraform } = backend.toTerraform() as { terraform: { backend: { local: { path?: string } } } };
  return !path.isAbsolute(terraform.backend.local.path ?? '');
}

function problemLine(stack: TerraformStack): string {
  return formatProblem({
    code: 'TERRAFORM_BACKEND',
    at: stack.node.path,
    what: 'the stack has no backend, so its state would lie at an absolute path of this machine',
    allowed: 'a remote backend, or a LocalBackend with a relative path',
    remedy:
      'Add one to the stack: `new AzurermBackend(stack, {...})`, `new GcsBackend(stack, {...})`, or for a trial ' +
      "`new LocalBackend(stack, { path: 'terraform.tfstate' })`.",
  });
}
