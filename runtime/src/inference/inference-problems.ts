import type { ProblemCatalogue } from '../contract';

/** Why a model that was read completely cannot be run. */
export const inferenceProblems = {
  MODEL_GRAPH_REFUSED: 'ONNX Runtime refuses the graph of the package.',
  MODEL_DTYPE_UNSUPPORTED: 'The signature uses a dtype that ONNX Runtime for Node.js cannot pass.',
  TENSOR_MISMATCH: 'A tensor handed to the session does not fit the signature or its own shape.',
  MODEL_WORKER_LOST: 'The worker that ran a request crashed or hung, and so did the one that tried again.',
  MODEL_RUN_FAILED: 'ONNX Runtime reported an error while it ran the graph.',
} as const satisfies ProblemCatalogue;
