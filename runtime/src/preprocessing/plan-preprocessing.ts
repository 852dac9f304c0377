import type { FieldSpec, InputSpec, PreprocessingSpec, StepSpec } from '../contract';
import type { Operation } from './batch';
import { type ColumnReader, FieldReader } from './field-reader';
import { planImage } from './images/plan-image';
import type { TensorWriter } from './input-writer';
import { planColumns } from './plan-columns';
import { planFields } from './plan-fields';
import { type FaultSink, type Path, Planner } from './planner';
import { planRules } from './rules/plan-rules';
import type { RowRule } from './rules/row-rule';
import { planOneHot, planOrdinal } from './steps/categories';
import { planDate } from './steps/dates';
import { planImpute } from './steps/impute';
import { planBin, planClip, planScale } from './steps/numbers';
import { planText } from './steps/text';

/** A preprocessing compiled against a signature. */
export interface PreprocessingPlan {
  readonly readers: readonly ColumnReader[];
  readonly rules: readonly RowRule[];
  readonly operations: readonly Operation[];
  readonly writers: readonly TensorWriter[];
  /** Columns of numbers, of texts and of images a batch needs. */
  readonly numbers: number;
  readonly texts: number;
  readonly images: number;
}

/** Compiles a preprocessing; a plan is of use only when `fault` was not told of anything. */
export function planPreprocessing(
  { fields, rules: ruleSpecs = [], steps }: PreprocessingSpec,
  inputs: readonly InputSpec[],
  fault: FaultSink,
): PreprocessingPlan {
  const planner = new Planner(fault);
  const imputed = new Set(ruleSpecs.flatMap(({ impute }) => impute ?? []));
  const readers = planFields(planner, fields, imputed);
  const rules = planRules(
    planner,
    ruleSpecs,
    readers.filter((reader) => reader instanceof FieldReader),
  );
  for (const [i, step] of steps.entries()) planStep(planner, step, ['preprocessing', 'steps', i], fields);
  const writers = planColumns(planner, inputs);
  planner.reportIdle();
  const { operations, numbers, texts, images } = planner;
  return { readers, rules, operations, writers, numbers, texts, images };
}

function planStep(planner: Planner, step: StepSpec, path: Path, fields: readonly FieldSpec[]): void {
  switch (step.step) {
    case 'impute':
      planImpute(planner, step, path);
      break;
    case 'scale':
      planScale(planner, step, path);
      break;
    case 'clip':
      planClip(planner, step, path);
      break;
    case 'bin':
      planBin(planner, step, path);
      break;
    case 'one-hot':
      planOneHot(planner, step, path);
      break;
    case 'ordinal':
      planOrdinal(planner, step, path);
      break;
    case 'date':
      planDate(planner, step, path);
      break;
    case 'text':
      planText(planner, step, path);
      break;
    case 'image':
      planImage(planner, step, path, new Map(fields.map(({ name, maxPixels }) => [name, maxPixels])));
      break;
  }
}
