import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type LiveServer, startServer } from './servers';

/** Starts a real MLflow tracking server that proxies artifacts, with a store of its own that goes with it. */
export async function startTracking(python: string): Promise<LiveServer> {
  const data = mkdtempSync(path.join(tmpdir(), 'inferstack-mlflow-'));
  mkdirSync(path.join(data, 'artifacts'));
  const store = ['--backend-store-uri', `sqlite:///${data}/mlflow.db`];
  const artifacts = ['--artifacts-destination', path.join(data, 'artifacts')];
  const listen = ['--host', '127.0.0.1', '--workers', '1'];
  const command = [python, '-m', 'mlflow', 'server', ...store, ...artifacts, ...listen];
  // Jobs of its own are processes that nobody needs here.
  const env = { MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false' };
  const forget = () => rmSync(data, { recursive: true, force: true });
  process.once('exit', forget);
  try {
    const server = await startServer((port) => [...command, '--port', `${port}`], '/health', env);
    return { origin: server.origin, stop: () => server.stop().finally(forget) };
  } catch (error) {
    forget();
    throw error;
  }
}
