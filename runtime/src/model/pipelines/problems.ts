import type { ProblemCatalogue } from '../../contract';

/** What can be wrong with a pipeline, found before it answers anything. */
export const pipelineProblems = {
  PIPELINE_INVALID: 'A name, time or value of a pipeline has the wrong form.',
  PIPELINE_NAME: 'A pipeline or step has a name that is taken.',
  PIPELINE_MODEL: 'A step runs a model that is not served here.',
  PIPELINE_REFERENCE: 'A step reads something that is not there, or not in its sight.',
  PIPELINE_CYCLE: 'Steps wait for each other in a circle.',
  PIPELINE_INPUT: 'An input of a model is not mapped, or a mapped one is not in its signature.',
  PIPELINE_EDGE: 'What a step reads has another dtype or shape than its model takes.',
  PIPELINE_OUTPUT: 'A step gives an output that it, its model or a branch does not have.',
  PIPELINE_BRANCHES: 'Branches or members that must give the same give outputs of another dtype or shape.',
  PIPELINE_COMBINE: 'An ensemble cannot combine its members in this way.',
  PIPELINE_CONDITION: 'A condition compares what cannot be compared.',
  PIPELINE_UNREACHABLE: 'A step can never run, or nothing reads what it gives.',
  PIPELINE_MAY_BE_MISSING: 'Something that is always needed comes from a step that may be skipped.',
  PIPELINE_DEFAULT: 'The default of a step does not fit its outputs.',
  PIPELINE_ROWS: 'A model that takes no batch of rows stands where rows go different ways.',
  PIPELINE_PREPROCESSING: 'Models that read the request prepare it in different ways.',
  PIPELINE_PREDICTION:
    'How the outputs are read as predictions does not follow from the models, or does not fit.',
} as const satisfies ProblemCatalogue;

export type PipelineProblemCode = keyof typeof pipelineProblems;
