import { isDeepStrictEqual } from 'node:util';
import type { Manifest } from '../../contract';
import type { PipelineContext } from './context';

/**
 * How fields of a request become tensors: as the models that read the request say, which must agree, since there is
 * one request.
 */
export function checkPreprocessing(context: PipelineContext): Manifest['preprocessing'] {
  const { readers } = context;
  const first = readers.find(({ manifest }) => manifest.preprocessing !== undefined)?.manifest;
  if (first === undefined) return undefined;
  const other = readers.find(
    ({ manifest }) => !isDeepStrictEqual(manifest.preprocessing, first.preprocessing),
  );
  const renamed = readers.find(({ input, as }) => input !== as);
  const missing = first.signature.inputs.find(({ name }) => !context.inputs.has(name));
  const extra = [...context.inputs.keys()].find(
    (name) => !first.signature.inputs.some((input) => input.name === name),
  );
  if ((other ?? renamed ?? missing ?? extra) === undefined) return first.preprocessing;
  context.add('PIPELINE_PREPROCESSING', undefined, 'inputs', {
    what: `${first.name} makes its inputs from fields, and another reader of the request does not make the same ones`,
    got: other && `${other.manifest.name}/${other.manifest.version}`,
    allowed: 'models with equal preprocessing, reading all their inputs from the request by their own names',
    remedy: 'Give all of them the same preprocessing, or serve them as endpoints of their own.',
  });
  return undefined;
}
