import type { Manifest, StepSpec } from '../contract';
import type { OnnxGraph } from './onnx/onnx-graph';

/** A step that the manifest declares and the graph has too. */
export interface RepeatedStep {
  readonly path: readonly PropertyKey[];
  /** As the manifest calls it. */
  readonly step: string;
  /** As the graph calls it. */
  readonly operator: string;
  /** The input or output of the graph where both happen. */
  readonly tensor: string;
  /** Whether doing it twice is wrong for certain; else it may be meant. */
  readonly wrong: boolean;
}

type Parts = Partial<Pick<Manifest, 'signature' | 'preprocessing' | 'postprocessing' | 'prediction'>>;

/** What the graph does that a step does as well; `wrong` where no order of the two makes sense. */
const TWICE: Readonly<
  Partial<Record<StepSpec['step'], Readonly<Record<string, { readonly wrong: boolean }>>>>
> = {
  scale: {
    'ai.onnx.ml::Scaler': { wrong: true },
    'ai.onnx.ml::Normalizer': { wrong: false },
    Sub: { wrong: false },
    Div: { wrong: false },
  },
  impute: { 'ai.onnx.ml::Imputer': { wrong: false } },
  'one-hot': { 'ai.onnx.ml::OneHotEncoder': { wrong: true }, OneHot: { wrong: true } },
  ordinal: { 'ai.onnx.ml::LabelEncoder': { wrong: false }, 'ai.onnx.ml::CategoryMapper': { wrong: false } },
  image: {
    Sub: { wrong: false },
    Div: { wrong: false },
    Mul: { wrong: false },
    BatchNormalization: { wrong: false },
    'ai.onnx.ml::Scaler': { wrong: false },
  },
};

/** Operators whose results are probabilities; classifiers of ai.onnx.ml are told by what they make of their scores. */
const PROBABILITIES: ReadonlySet<string> = new Set(['Softmax', 'Sigmoid', 'ai.onnx.ml::Normalizer']);
const PROBABILITY_TRANSFORMS: ReadonlySet<string> = new Set([
  'SOFTMAX',
  'SOFTMAX_ZERO',
  'LOGISTIC',
  'PROBIT',
]);

/** Finds what would be done twice: in the manifest and at the ends of the graph. */
export function repeatedSteps(parts: Parts, { ends }: Pick<OnnxGraph, 'ends'>): RepeatedStep[] {
  return [...repeatedInputs(parts, ends), ...repeatedActivation(parts, ends)];
}

function repeatedInputs({ signature, preprocessing }: Parts, { heads }: OnnxGraph['ends']): RepeatedStep[] {
  return (preprocessing?.steps ?? []).flatMap((step, i) => {
    const twice = TWICE[step.step] ?? {};
    if (step.step === 'image' && (step.divideBy ?? step.mean ?? step.std) === undefined) return [];
    const made = new Set(resultsOf(step));
    const inputs = signature?.inputs.filter(({ name, columns }) =>
      (columns?.map((column) => column.name) ?? [name]).some((column) => made.has(column)),
    );
    return (inputs ?? []).flatMap(({ name }) =>
      (heads[name] ?? []).flatMap((operator) => {
        const found = twice[operator];
        const path = ['preprocessing', 'steps', i];
        return found ? [{ path, step: step.step, operator, tensor: name, wrong: found.wrong }] : [];
      }),
    );
  });
}

/** Names that a step makes and the signature may know. */
function resultsOf(step: StepSpec): readonly string[] {
  if (step.step === 'one-hot')
    return step.as ?? step.categories.map((category) => `${step.field}_${category}`);
  return typeof step.as === 'object' ? step.as : [step.as ?? step.field];
}

function repeatedActivation(
  { postprocessing, prediction }: Parts,
  { tails }: OnnxGraph['ends'],
): RepeatedStep[] {
  const activation = postprocessing?.activation;
  const tail = prediction && tails[prediction.output];
  if (activation === undefined || tail === undefined) return [];
  const { operator, postTransform = 'NONE' } = tail;
  if (!PROBABILITIES.has(operator) && !PROBABILITY_TRANSFORMS.has(postTransform)) return [];
  const path = ['postprocessing', 'activation'];
  const named = postTransform === 'NONE' ? operator : `${operator} with ${postTransform}`;
  return [{ path, step: activation, operator: named, tensor: prediction!.output, wrong: true }];
}
