import type { FormProblems } from './form-problems';

/**
 * Parameters of Triton that ask for another answer. Others are hints and may be ignored; ignoring these would give a
 * caller something else than was asked for.
 * Source: https://github.com/triton-inference-server/server/tree/main/docs/protocol (extensions)
 */
const REFUSED_PARAMETERS = ['shared_memory_region', 'classification', 'sequence_id'];

/** @param has whether the request, input or output at this place has a parameter. */
export function refuseParameters(has: (name: string) => boolean, at: string, form: FormProblems): void {
  for (const name of REFUSED_PARAMETERS) {
    if (!has(name)) continue;
    const remedy = 'Leave it out; it is not supported here.';
    form.add(`${at}.${name}`, `the parameter ${name}`, 'requests without it', remedy);
  }
}
