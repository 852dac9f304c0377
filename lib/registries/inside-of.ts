import path from 'node:path';
import { show } from '@inferstack/runtime/contract';
import { registryError } from './problems';

/**
 * The place of a file that a registry names, inside of `directory`.
 *
 * @throws ProblemError REGISTRY_ANSWER when the name leads elsewhere.
 */
export function insideOf(at: string, directory: string, name: string): string {
  const steps = name.split('/');
  const strange = steps.some((step) => step === '' || step === '.' || step === '..');
  if (!strange && !/[\\\0]|^[A-Za-z]:/.test(name)) return path.join(directory, ...steps);
  throw registryError('REGISTRY_ANSWER', at, {
    what: 'the name of a file leads outside the artifact',
    got: show(name),
    allowed: 'relative paths without ..',
    remedy: 'Do not use this artifact; publish it again.',
  });
}
