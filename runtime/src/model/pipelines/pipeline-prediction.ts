import type { PipelineSpec } from '../../contract';
import { checkPostprocessing } from '../check-postprocessing';
import { checkPrediction } from '../check-prediction';
import { DocumentReport } from '../document-report';
import type { PipelineContext } from './context';
import type { PipelineSignature } from './pipeline-signature';

/** Checks that predictions can be read from the outputs, by the rules of a model. */
export function checkPipelinePrediction(
  { prediction, postprocessing }: PipelineSpec,
  signature: PipelineSignature,
  context: PipelineContext,
): void {
  if (prediction === null) return;
  const report = new DocumentReport('PIPELINE_PREDICTION', (path) => context.where(path), context.problems);
  checkPrediction(report, prediction, signature, postprocessing ?? undefined);
  if (postprocessing !== null) checkPostprocessing(report, postprocessing, { prediction, signature });
}
