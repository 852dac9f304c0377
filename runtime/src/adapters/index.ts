export { configuredAdapterProblems, openAdapters } from './open-adapters';
