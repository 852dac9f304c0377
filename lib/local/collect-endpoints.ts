import path from 'node:path';
import { type Problem, throwProblems } from '@inferstack/runtime/contract';
import type { AppEndpoint } from './app-endpoint';
import { runApp } from './run-app';

/**
 * Runs the app in a process of its own and returns the endpoints it created. The app is not changed, its output
 * goes to standard error, and what it synthesizes goes to a temporary directory that is removed.
 *
 * @throws ProblemError LOCAL_APP_NOT_FOUND, LOCAL_APP_FAILED, LOCAL_NO_ENDPOINTS
 */
export async function collectEndpoints(appFile: string, signal?: AbortSignal): Promise<AppEndpoint[]> {
  const { noted, failure } = await runApp({
    app: appFile,
    preload: preloadFile(),
    resultVariable: 'INFERSTACK_COLLECT_FILE',
    ...(signal === undefined ? {} : { signal }),
  });
  if (failure !== undefined) throwProblems([failure]);
  const endpoints = JSON.parse(noted ?? '[]') as AppEndpoint[];
  if (endpoints.length === 0) throwProblems([noEndpoints(appFile)]);
  return endpoints;
}

/** Beside this file, compiled or not. */
function preloadFile(): string {
  return path.join(__dirname, `collect-preload${path.extname(__filename)}`);
}

const noEndpoints = (appFile: string): Problem => ({
  code: 'LOCAL_NO_ENDPOINTS',
  at: appFile,
  what: 'the app ran but created no endpoint',
  allowed: 'at least one new ModelEndpoint(...)',
  remedy: 'Give the file that creates the App and its stacks, not one that only exports them.',
});
