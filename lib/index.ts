export { type Problem, ProblemError, type RuntimeConfig } from '@inferstack/runtime/contract';
export type { ModelPackage } from '@inferstack/runtime/model';
export * from './core';
