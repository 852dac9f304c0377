import { type ProblemCatalogue, ProblemError } from '@inferstack/runtime/contract';

/** Codes of what can be wrong with what `inferstack model import` is given. */
export const importProblems = {
  IMPORT_NO_ONNX:
    'There is no ONNX graph to import: not a .onnx file, and no MLflow folder with the ONNX flavor.',
  IMPORT_MLMODEL: 'The MLmodel file has not the form that MLflow writes.',
  IMPORT_ROWS: 'The rows cannot be read, or do not fit the inputs of the graph.',
} as const satisfies ProblemCatalogue;

export function importError(
  code: keyof typeof importProblems,
  at: string,
  text: { readonly what: string; readonly got?: string; readonly allowed?: string; readonly remedy: string },
): ProblemError {
  return new ProblemError([{ code, at, ...text }]);
}
