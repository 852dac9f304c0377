import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Problem, throwProblems } from '@inferstack/runtime/contract';

export interface AppRun {
  /** The file that creates the App, as the user wrote it. */
  readonly app: string;
  /** Module loaded into the process before the app. */
  readonly preload: string;
  /** Environment variable that tells the preload where to write what it noted. */
  readonly resultVariable: string;
  readonly signal?: AbortSignal;
}

export interface AppResult {
  /** What the preload wrote; undefined when it came to nothing. */
  readonly noted: string | undefined;
  /** How the app ended; undefined when all went well. */
  readonly failure: Problem | undefined;
}

/**
 * Runs an app in a process of its own, with a module loaded before it that notes what it creates. The app is not
 * changed, its output goes to standard error, and what it synthesizes goes to a temporary directory that is removed.
 *
 * @throws ProblemError LOCAL_APP_NOT_FOUND
 */
export async function runApp({ app: appFile, preload, resultVariable, signal }: AppRun): Promise<AppResult> {
  const app = path.resolve(appFile);
  if (!existsSync(app) || !statSync(app).isFile()) throwProblems([notFound(appFile)]);
  const scratch = await mkdtemp(path.join(tmpdir(), 'inferstack-up-'));
  try {
    const file = path.join(scratch, 'noted.json');
    const env = { ...appEnvironment(scratch), [resultVariable]: file };
    const failure = await runProcess([preload, app], env, appFile, signal);
    const noted = await readFile(file, 'utf8').catch(() => undefined);
    return { noted, failure };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function runProcess(
  [preload, app]: readonly [string, string],
  env: NodeJS.ProcessEnv,
  appFile: string,
  signal: AbortSignal | undefined,
): Promise<Problem | undefined> {
  const modules = [createRequire(__filename).resolve('tsx'), preload];
  const imports = modules.flatMap((module) => ['--import', pathToFileURL(module).href]);
  const child = spawn(process.execPath, [...imports, app], { env, stdio: ['ignore', 2, 2] });
  const kill = (): boolean => child.kill('SIGKILL');
  signal?.addEventListener('abort', kill, { once: true });
  try {
    const [code, killedBy] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    signal?.throwIfAborted();
    return code === 0 ? undefined : appFailed(appFile, killedBy ?? `exit code ${code}`);
  } finally {
    signal?.removeEventListener('abort', kill);
  }
}

function appEnvironment(scratch: string): NodeJS.ProcessEnv {
  return {
    // The template validator of the CDK takes seconds, and nothing is deployed from here.
    CDK_VALIDATION: 'false',
    CDK_CONTEXT_JSON: cdkContext(),
    ...process.env,
    CDK_OUTDIR: path.join(scratch, 'cdk.out'),
    CDK8S_OUTDIR: path.join(scratch, 'dist'),
    INFERSTACK_COMPOSE_OUTDIR: path.join(scratch, 'compose'),
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
