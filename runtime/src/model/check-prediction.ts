import {
  isFloat,
  isNumeric,
  type OutputSpec,
  type PostprocessingSpec,
  type PredictionSpec,
} from '../contract';
import { closest } from './closest';
import type { DocumentReport, Finding } from './document-report';
import { type Signature, showShape } from './signature';

type Add = (path: readonly PropertyKey[], finding: Finding) => void;

/** Checks that the prediction can be read from the outputs as described. */
export function checkPrediction(
  report: DocumentReport,
  prediction: PredictionSpec,
  { inputs, outputs }: Signature,
  postprocessing: PostprocessingSpec | undefined,
): void {
  const weighed = postprocessing?.costs !== undefined;
  const add: Add = (path, finding) => report.add(['prediction', ...path], finding);
  const names = outputs.map(({ name }) => name);
  const output = outputs.find(({ name }) => name === prediction.output);
  if (prediction.kind === 'regression') checkRegression(add, prediction);
  else checkClasses(report, add, prediction);
  if (prediction.kind === 'binary') checkBinary(add, prediction, weighed);
  else if (prediction.positive !== undefined) {
    add(['positive'], { what: `a ${prediction.kind} model has no positive class`, remedy: 'Remove it.' });
  }
  const decides = prediction.threshold !== undefined || (prediction.kind === 'binary' && weighed);
  if (prediction.decision !== undefined && !decides) {
    add(['decision'], {
      what: 'decisions need a threshold',
      remedy: 'Add `threshold`, or remove `decision`.',
    });
  }
  if (output === undefined) {
    add(['output'], {
      what: 'the signature has no such output',
      got: prediction.output,
      allowed: names.join(' | '),
      remedy: closest(prediction.output, names),
    });
    return;
  }
  checkOutput(add, prediction, output, inputs[0]?.shape[0]);
}

function checkRegression(add: Add, prediction: PredictionSpec): void {
  for (const key of ['classes', 'threshold', 'decision'] as const) {
    if (prediction[key] === undefined) continue;
    add([key], { what: `a regression has no ${key}`, remedy: 'Remove it, or correct `kind`.' });
  }
}

function checkClasses(report: DocumentReport, add: Add, { kind, classes, unit }: PredictionSpec): void {
  if (unit !== undefined) {
    add(['unit'], { what: 'only a regression has a unit', remedy: 'Remove it, or correct `kind`.' });
  }
  if (classes === undefined) {
    add(['classes'], {
      what: `a ${kind} model needs the names of its classes`,
      remedy: 'Add `classes`, in the order of the output.',
    });
    return;
  }
  report.unique(classes, (i) => ['prediction', 'classes', i], 'the class is listed twice');
}

/** @param weighed whether the costs of `postprocessing` take the place of the threshold. */
function checkBinary(add: Add, { classes, positive, threshold }: PredictionSpec, weighed: boolean): void {
  if (classes !== undefined && classes.length !== 2) {
    add(['classes'], {
      what: 'a binary model has two classes',
      got: classes.length,
      allowed: '2',
      remedy: 'Correct the list, or set `kind: multiclass`.',
    });
  }
  if (positive === undefined || (classes !== undefined && !classes.includes(positive))) {
    add(['positive'], {
      what: 'a binary model needs its positive class',
      got: positive,
      allowed: classes?.join(' | '),
      remedy: 'Name the class whose score the threshold applies to.',
    });
  }
  if (threshold === undefined && !weighed) {
    add(['threshold'], {
      what: 'a binary model needs its decision threshold',
      remedy: 'Add the one the model was evaluated with; `threshold: 0.5` if none was chosen.',
    });
  }
}

function checkOutput(
  add: Add,
  prediction: PredictionSpec,
  { dtype, shape }: OutputSpec,
  batch: string | number | undefined,
): void {
  const scores = prediction.kind === 'regression' ? isNumeric(dtype) : isFloat(dtype);
  if (!scores) {
    add(['output'], {
      what: `the output is ${dtype}, which is not a score`,
      allowed: prediction.kind === 'regression' ? 'a numeric dtype' : 'a float dtype',
      remedy: 'Name the output with the scores; labels are read from them.',
    });
  }
  if (typeof batch === 'string' && shape[0] !== batch) {
    add(['output'], {
      what: 'the output does not have the batch as its first dimension',
      got: showShape(shape),
      allowed: `${batch} first`,
      remedy: 'Correct the shape of the output in the signature.',
    });
  }
  const widths = allowedWidths(prediction);
  if (widths.length === 0 || widths.includes(width(shape))) return;
  add([prediction.classes === undefined ? 'output' : 'classes'], {
    what: 'the last dimension of the output does not fit',
    got: showShape(shape),
    allowed: `a last dimension of ${widths.join(' or ')}`,
    remedy: 'Correct `classes`, or name another output.',
  });
}

/** Scores a row; `[batch]` alone is one. Undefined when only run time tells. */
function width(shape: OutputSpec['shape']): number | undefined {
  if (shape.length === 1) return 1;
  const last = shape.at(-1);
  return typeof last === 'number' ? last : undefined;
}

function allowedWidths({ kind, classes }: PredictionSpec): (number | undefined)[] {
  if (kind === 'regression') return [1];
  if (kind === 'binary') return [1, 2];
  return classes === undefined ? [] : [classes.length];
}
