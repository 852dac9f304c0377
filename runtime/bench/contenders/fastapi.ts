import type { ServerContender, ServerContext } from './contender';
import { pythonCommand } from './python-command';

const uvicorn = (app: string, { port }: ServerContext, workers: number) => [
  'uvicorn',
  app,
  ...['--host', '127.0.0.1', '--port', String(port), '--workers', String(workers)],
  ...['--loop', 'uvloop', '--http', 'httptools', '--no-access-log', '--log-level', 'warning'],
];

/** Typed bodies and an async handler, as the documentation of FastAPI shows it. */
export const fastapiIdiomatic: ServerContender = {
  kind: 'server',
  id: 'fastapi-idiomatic',
  label: 'FastAPI, idiomatic',
  encoding: 'json',
  python: 'fastapi',
  command: (context) =>
    pythonCommand(
      'fastapi',
      context.model,
      uvicorn('fastapi_idiomatic:app', context, context.layout.workers),
    ),
};

/** A process for each core, the model on the event loop. */
export const fastapiTuned: ServerContender = {
  kind: 'server',
  id: 'fastapi-tuned',
  label: 'FastAPI, tuned',
  encoding: 'json',
  python: 'fastapi',
  command: (context) =>
    pythonCommand('fastapi', context.model, uvicorn('fastapi_tuned:app', context, context.layout.workers), {
      BENCH_THREADS: '0',
    }),
};

export const fastapiTunedBinary: ServerContender = {
  ...fastapiTuned,
  id: 'fastapi-tuned-binary',
  label: 'FastAPI, tuned, binary',
  encoding: 'binary',
};

/** One process whose threads share the session: half the memory, and the loop stays free. */
export const fastapiThreads: ServerContender = {
  ...fastapiTuned,
  id: 'fastapi-threads',
  label: 'FastAPI, tuned, threads',
  command: (context) =>
    pythonCommand('fastapi', context.model, uvicorn('fastapi_tuned:app', context, 1), {
      BENCH_THREADS: String(context.layout.workers),
    }),
};

export const fastapiThreadsBinary: ServerContender = {
  ...fastapiThreads,
  id: 'fastapi-threads-binary',
  label: 'FastAPI, tuned, threads, binary',
  encoding: 'binary',
};
