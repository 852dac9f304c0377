export type { Executor } from './executor';
export { inferenceProblems } from './inference-problems';
export { OnnxSession, type OnnxSessionOptions } from './onnx-session';
