export * from './adapter';
export { adapterProblems } from './adapter-problems';
export { compileExpression } from './expression';
export type { FixedColumn } from './formats';
export { CONTRACT_HEADS } from './reserved-paths';
