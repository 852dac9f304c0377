import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Problem, throwProblems } from '@inferstack/runtime/contract';
import type { AppEndpoint } from './app-endpoint';

/**
 * Runs the app in a process of its own and returns the endpoints it created. The app is not changed, its output
 * goes to standard error, and what it synthesizes goes to a temporary directory that is removed.
 *
 * @throws ProblemError LOCAL_APP_NOT_FOUND, LOCAL_APP_FAILED, LOCAL_NO_ENDPOINTS
 */
export async function collectEndpoints(appFile: string, signal?: AbortSignal): Promise<AppEndpoint[]> {
  const app = path.resolve(appFile);
  if (!existsSync(app) || !statSync(app).isFile()) throwProblems([notFound(appFile)]);
  const scratch = await mkdtemp(path.join(tmpdir(), 'inferstack-up-'));
  try {
    const file = path.join(scratch, 'endpoints.json');
    await runApp(app, appEnvironment(scratch, file), appFile, signal);
    const endpoints = JSON.parse(await readFile(file, 'utf8')) as AppEndpoint[];
    if (endpoints.length === 0) throwProblems([noEndpoints(appFile)]);
    return endpoints;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function runApp(
  app: string,
  env: NodeJS.ProcessEnv,
  appFile: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const modules = [createRequire(__filename).resolve('tsx'), preloadFile()];
  const imports = modules.flatMap((module) => ['--import', pathToFileURL(module).href]);
  const child = spawn(process.execPath, [...imports, app], { env, stdio: ['ignore', 2, 2] });
  const kill = (): boolean => child.kill('SIGKILL');
  signal?.addEventListener('abort', kill, { once: true });
  try {
    const [code, killedBy] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    signal?.throwIfAborted();
    if (code !== 0) throwProblems([appFailed(appFile, killedBy ?? `exit code ${code}`)]);
  } finally {
    signal?.removeEventListener('abort', kill);
  }
}

/** Beside this file, compiled or not. */
function preloadFile(): string {
  return path.join(__dirname, `collect-preload${path.extname(__filename)}`);
}

function appEnvironment(scratch: string, file: string): NodeJS.ProcessEnv {
  return {
    // The template validator of the CDK takes seconds, and nothing is deployed from here.
    CDK_VALIDATION: 'false',
    CDK_CONTEXT_JSON: cdkContext(),
    ...process.env,
    CDK_OUTDIR: path.join(scratch, 'cdk.out'),
    CDK8S_OUTDIR: path.join(scratch, 'dist'),
    INFERSTACK_COMPOSE_OUTDIR: path.join(scratch, 'compose'),
    INFERSTACK_COLLECT_FILE: file,
  };
}

/** What the `cdk` command would hand to the app: the context of cdk.json and of cdk.context.json. */
function cdkContext(): string {
  const context: Record<string, unknown> = {};
  for (const [file, pick] of [
    ['cdk.json', (json: Json) => json['context']],
    ['cdk.context.json', (json: Json) => json],
  ] as const) {
    if (existsSync(file)) Object.assign(context, pick(JSON.parse(readFileSync(file, 'utf8')) as Json) ?? {});
  }
  return JSON.stringify(context);
}

type Json = Record<string, unknown>;

const notFound = (appFile: string): Problem => ({
  code: 'LOCAL_APP_NOT_FOUND',
  at: appFile,
  what: 'there is no such file',
  allowed: 'the TypeScript or JavaScript file that creates the App',
  remedy: 'Give the path of the app, the same that cdk.json or cdk8s.yaml runs.',
});

const appFailed = (appFile: string, got: string): Problem => ({
  code: 'LOCAL_APP_FAILED',
  at: appFile,
  what: 'the app failed; its own message is above',
  got,
  remedy: 'Correct the app: it fails the same way when it is synthesized.',
});

const noEndpoints = (appFile: string): Problem => ({
  code: 'LOCAL_NO_ENDPOINTS',
  at: appFile,
  what: 'the app ran but created no endpoint',
  allowed: 'at least one new ModelEndpoint(...)',
  remedy: 'Give the file that creates the App and its stacks, not one that only exports them.',
});
