import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const SCRIPT = path.resolve(__dirname, '../../../../lib/gcp/vertex/release.sh');

export interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly said: string;
}

/** Runs the program as an operator does, against servers that stand for Google's. */
export async function run(
  args: readonly string[],
  server: string,
  release: unknown,
  environment: NodeJS.ProcessEnv = {},
): Promise<Run> {
  const directory = mkdtempSync(path.join(tmpdir(), 'inferstack-test-'));
  try {
    const file = path.join(directory, 'outputs.json');
    writeFileSync(file, JSON.stringify(release));
    return await finished(args, {
      ...process.env,
      VERTEX_RELEASE: file,
      VERTEX_TOKEN: 'secret-token',
      VERTEX_API: server,
      MONITORING_API: server,
      VERTEX_POLL_SECONDS: '0.02',
      ...environment,
    });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function finished(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Run> {
  const child = spawn('bash', [SCRIPT, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let said = '';
  child.stdout.on('data', (text) => (out += String(text)));
  child.stderr.on('data', (text) => (said += String(text)));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, said }));
  });
}
