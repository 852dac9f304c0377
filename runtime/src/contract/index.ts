export * from './baseline';
export * from './dtype';
export * from './emf-metrics';
export * from './manifest';
export * from './problem';
export * from './runtime-config';
export * from './sample';
export type * from './tensor';
export { dotted, issuesToProblems } from './zod-problems';
