export type { QualityFinding, RowProblemCode, RowProblemDetails, RowProblems } from './batch';
export { planPreprocessing } from './plan-preprocessing';
export { type CheckedInput, Preprocessor } from './preprocessor';
