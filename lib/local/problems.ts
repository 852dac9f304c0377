import type { ProblemCatalogue } from '@inferstack/runtime/contract';

/** Codes of what can go wrong with `inferstack up`, `inferstack run` and `inferstack rehearse`. */
export const localProblems = {
  LOCAL_APP_NOT_FOUND: 'There is no app at the given path.',
  LOCAL_APP_FAILED: 'The app ended with an error of its own.',
  LOCAL_NO_ENDPOINTS: 'The app ran, but created no ModelEndpoint.',
  LOCAL_ENDPOINT_UNKNOWN: 'The app has no endpoint of the given name.',
  LOCAL_NO_JOBS: 'The app ran, but created no BatchScoringJob.',
  LOCAL_JOB_UNKNOWN: 'The app has no job of the given name, or several and none was named.',
  LOCAL_JOB_FILES: 'The job names no files on this machine.',
  LOCAL_REPLICAS: 'The number of replicas to run is not usable, or known only at deployment.',
  LOCAL_PORT: 'The port cannot be listened on.',
  LOCAL_RUNTIME_MISSING: 'The serving runtime is not installed, or was not built.',
  LOCAL_STATE: 'The directory for the keys of runs cannot be made, or is not private.',
  LOCAL_STABLE: 'The package given with --stable cannot be the version that a rollout moves from.',
  LOCAL_REPLICA_FAILED: 'A replica ended before it was ever ready.',
  LOCAL_REHEARSAL: 'There is nothing to rehearse, or not with what was given.',
  LOCAL_REHEARSAL_FAILED: 'The process that rehearses ended before it came to a verdict.',
} as const satisfies ProblemCatalogue;
