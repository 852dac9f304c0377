export { type FetchedModel, fetchLocked } from './fetch-locked';
export { lockApps } from './lock-apps';
export { registryProblems } from './problems';
export { resolveSource } from './resolve-source';
