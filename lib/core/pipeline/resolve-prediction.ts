import type { PipelineSpec, Problem } from '@inferstack/runtime/contract';
import { different, type StepOutputs } from './output-facts';
import type { PipelineOptions } from './step-definition';

/**
 * How a pipeline reads its outputs: as it is told, else as the models say. Where these do not agree nobody but the
 * author can say: thresholds are chosen for the scores of one model.
 */
export function resolvePrediction(
  { prediction, postprocessing }: PipelineOptions,
  outputs: StepOutputs,
  at: string,
  problems: Problem[],
): Pick<PipelineSpec, 'prediction' | 'postprocessing'> {
  if (prediction === false) return { prediction: null, postprocessing: null };
  if (prediction !== undefined) return { prediction, postprocessing: postprocessing ?? null };
  const found = [...outputs].flatMap(([output, { readings }]) =>
    readings.map((reading) => ({ ...reading, prediction: { ...reading.prediction, output } })),
  );
  const [only, ...others] = different(found);
  if (only === undefined) return { prediction: null, postprocessing: postprocessing ?? null };
  if (others.length === 0) {
    return { prediction: only.prediction, postprocessing: postprocessing ?? only.postprocessing ?? null };
  }
  problems.push({
    code: 'PIPELINE_PREDICTION',
    at: `${at}: prediction`,
    what: 'the models read their scores in different ways, for example by other thresholds',
    got: [only, ...others].map((reading) => JSON.stringify(reading.prediction)).join(' and '),
    allowed: 'models that agree, or a prediction of the pipeline',
    remedy: 'Say it: .with({ prediction: { ... } }), or .with({ prediction: false }).',
  });
  return { prediction: null, postprocessing: null };
}
