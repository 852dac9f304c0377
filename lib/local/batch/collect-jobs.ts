import path from 'node:path';
import { type Problem, ProblemError, show, throwProblems } from '@inferstack/runtime/contract';
import { runApp } from '../run-app';
import type { AppJob } from './app-job';

/**
 * Runs the app in a process of its own and returns the jobs it created.
 *
 * @throws ProblemError LOCAL_APP_NOT_FOUND, LOCAL_APP_FAILED, LOCAL_NO_JOBS
 */
export async function collectJobs(appFile: string, signal?: AbortSignal): Promise<AppJob[]> {
  const { noted, failure } = await runApp({
    app: appFile,
    // Beside this file, compiled or not.
    preload: path.join(__dirname, `collect-jobs-preload${path.extname(__filename)}`),
    resultVariable: 'INFERSTACK_COLLECT_JOBS_FILE',
    ...(signal === undefined ? {} : { signal }),
  });
  if (failure !== undefined) throwProblems([failure]);
  const jobs = JSON.parse(noted ?? '[]') as AppJob[];
  if (jobs.length === 0) throwProblems([noJobs(appFile)]);
  return jobs;
}

/**
 * The job of a name, or the only one.
 *
 * @throws ProblemError LOCAL_JOB_UNKNOWN
 */
export function selectJob(jobs: readonly AppJob[], name: string | undefined): AppJob {
  const chosen = name === undefined ? jobs : jobs.filter((job) => job.name === name || job.path === name);
  if (chosen.length === 1) return chosen[0]!;
  const problem: Problem = {
    code: 'LOCAL_JOB_UNKNOWN',
    at: 'job',
    what: name === undefined ? 'the app has several jobs' : 'the app has no job of this name',
    ...(name !== undefined && { got: show(name) }),
    allowed: jobs.map((job) => job.name).join(' | '),
    remedy: 'Give one of these names.',
  };
  throw new ProblemError([problem]);
}

const noJobs = (appFile: string): Problem => ({
  code: 'LOCAL_NO_JOBS',
  at: appFile,
  what: 'the app ran but created no job',
  allowed: 'at least one new BatchScoringJob(...)',
  remedy: 'Give the file that creates the App and its stacks, not one that only exports them.',
});
