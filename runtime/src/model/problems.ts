import type { ProblemCatalogue } from '../contract';

/** Codes of what can be wrong with a model package, its graph, its archive and its tensors. */
export const modelProblems = {
  PACKAGE_MISSING: 'The model package is not there, or is not a directory.',
  PACKAGE_FILE_MISSING: 'A file that a model package must have is missing.',
  PACKAGE_FILE_UNREADABLE: 'A file of the model package cannot be read, is too large, or is not UTF-8 text.',
  PACKAGE_FILE_FORBIDDEN:
    'The model package holds a link, a device, too many files, or a name that does not travel.',
  PACKAGE_PATH: 'The graph or its external data lie outside the model package.',
  ONNX_INVALID: 'The graph is not a complete ONNX file.',
  ONNX_UNSUPPORTED: 'The graph has an input or output that cannot be served.',
  SIGNATURE_MISMATCH: 'The signature in model.yaml and the graph disagree.',
  STEP_REPEATED: 'A step that model.yaml declares is in the graph already.',
  BASELINE_MISMATCH: 'baseline.json and the signature in model.yaml disagree.',
  SAMPLE_MISMATCH: 'A golden sample does not fit the signature in model.yaml.',
  SAMPLE_FAILED: 'The model does not reproduce a golden sample.',
  TENSOR_INVALID: 'A value does not fit the dtype or shape of its tensor.',
  ARCHIVE_INVALID: 'The file is not a complete .tar.gz archive.',
  ARCHIVE_FORBIDDEN: 'The archive holds a link, a device or a path that leads outside.',
  ARCHIVE_TOO_LARGE: 'The archive unpacks to more than is allowed.',
} as const satisfies ProblemCatalogue;

export type ModelProblemCode = keyof typeof modelProblems;
