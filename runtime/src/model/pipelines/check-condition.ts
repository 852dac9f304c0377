import {
  isFloat,
  isInteger,
  isNumeric,
  REQUEST,
  type SwitchComparison,
  type SwitchCondition,
  type SwitchStep,
} from '../../contract';
import { closest } from '../closest';
import { type EdgeSpec, type PipelineContext, type Sight, showEdge } from './context';
import { comparisonsOf, parseReference } from './references';

/** Checks the conditions of a switch; to be called when every input of the request is known. */
export function checkConditions(step: SwitchStep, sight: Sight, context: PipelineContext): void {
  const seen = new Map<string, number>();
  step.cases.forEach(({ when, step: branch }, i) => {
    for (const comparison of comparisonsOf(when)) checkComparison(step, i, comparison, sight, context);
    const text = JSON.stringify(when);
    const before = seen.get(text);
    if (before === undefined) seen.set(text, i);
    else {
      const what = `case ${before} of ${step.name} has the same condition and comes first`;
      context.add('PIPELINE_UNREACHABLE', branch, '', { what, remedy: 'Correct one of the conditions.' });
    }
  });
}

/** Tells what a switch reads, before that can be checked. */
export function noteConditions(
  { cases }: { readonly cases: readonly { readonly when: SwitchCondition }[] },
  context: PipelineContext,
): void {
  for (const { when } of cases)
    for (const { value } of comparisonsOf(when)) context.read.add(parseReference(value).step);
}

function checkComparison(
  step: SwitchStep,
  index: number,
  comparison: SwitchComparison,
  sight: Sight,
  context: PipelineContext,
): void {
  const place = `cases[${index}].when`;
  const spec = valueSpec(step, place, comparison.value, sight, context);
  if (spec === undefined) return;
  checkElement(step, place, comparison, spec, context);
  const wrong = mismatch(comparison, spec);
  if (wrong === undefined) return;
  const got = { op: comparison.op, to: comparison.to };
  context.add('PIPELINE_CONDITION', step, place, { what: wrong, got, remedy: 'Correct the comparison.' });
}

function valueSpec(
  step: SwitchStep,
  place: string,
  reference: string,
  sight: Sight,
  context: PipelineContext,
): EdgeSpec | undefined {
  const { step: from, output } = parseReference(reference);
  if (from !== REQUEST) return context.output(reference, sight, step, place)?.spec;
  const spec = context.inputs.get(output);
  if (spec !== undefined) return spec;
  const names = [...context.inputs.keys()];
  context.add('PIPELINE_REFERENCE', step, place, {
    what: 'the request has no such input',
    got: reference,
    allowed: names.join(', '),
    remedy: closest(output, names, 'Declare it in inputs of the pipeline.'),
  });
  return undefined;
}

function checkElement(
  step: SwitchStep,
  place: string,
  { value, element }: SwitchComparison,
  spec: EdgeSpec,
  context: PipelineContext,
): void {
  const sizes = spec.shape.slice(1);
  const width = sizes.every((size) => typeof size === 'number')
    ? (sizes as number[]).reduce((product, size) => product * size, 1)
    : undefined;
  const batch = typeof spec.shape[0] === 'string';
  const one = element === null ? width === 1 : width !== undefined && element < width;
  if (batch && one) return;
  context.add('PIPELINE_CONDITION', step, place, {
    what: `${value} is ${showEdge(spec)}: that does not say which one value of a row is compared`,
    got: { element },
    allowed: width === undefined ? 'tensors of rows of a fixed size' : `an element from 0 to ${width - 1}`,
    remedy: 'Name the element, by its column, its class or its position.',
  });
}

function mismatch({ op, to }: SwitchComparison, { dtype }: EdgeSpec): string | undefined {
  const many = Array.isArray(to);
  if (many !== (op === 'in')) return many ? `${op} compares with one value` : 'in compares with a list';
  const values = many ? (to as readonly (number | string)[]) : [to as number | string | boolean];
  const ordered = op !== '==' && op !== '!=' && op !== 'in';
  if (ordered && !isNumeric(dtype)) return `${dtype} has no order`;
  if (dtype === 'BOOL')
    return values.every((v) => typeof v === 'boolean') ? undefined : 'BOOL is true or false';
  if (dtype === 'BYTES') return values.every((v) => typeof v === 'string') ? undefined : 'BYTES is text';
  if (!values.every((v) => typeof v === 'number')) return `${dtype} is a number`;
  if (isInteger(dtype) && !isFloat(dtype) && !values.every(Number.isSafeInteger))
    return `${dtype} is a whole number`;
  return undefined;
}
