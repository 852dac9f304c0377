/**
 * Loaded into the process of the app, before the app: every source from a registry is resolved as it is bound, and the
 * entries are written down when the process ends. The app goes on with the package it will get from the lock later.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Problem, ProblemError } from '@inferstack/runtime/contract';
import { installResolver, type LockEntry, type SourceRequest, sourceKey } from '../core/model-lock';

/** What the process that resolves answers. */
export type ResolveOutcome = { readonly entry: LockEntry } | { readonly problems: readonly Problem[] };

/** What the app's process leaves for the command. */
export interface LockNotes {
  readonly entries: Readonly<Record<string, LockEntry>>;
  readonly problems: readonly Problem[];
}

/** The variable that names the file for the notes. */
const VARIABLE = 'INFERSTACK_LOCK_NOTES';

function resolveInProcess(request: SourceRequest): ResolveOutcome {
  const extension = path.extname(__filename);
  const script = path.join(__dirname, `resolve-process${extension}`);
  const tsx =
    extension === '.ts' ? ['--import', pathToFileURL(createRequire(__filename).resolve('tsx')).href] : [];
  const { status, stdout } = spawnSync(process.execPath, [...tsx, script, JSON.stringify(request)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (status === 0) return JSON.parse(stdout) as ResolveOutcome;
  throw new Error(`${sourceKey(request)} could not be resolved; the reason is above`);
}

const file = process.env[VARIABLE];
if (file !== undefined) {
  // Processes that the app starts are not the app.
  delete process.env[VARIABLE];
  const entries: Record<string, LockEntry> = {};
  const problems: Problem[] = [];
  installResolver((request) => {
    const key = sourceKey(request);
    const known = entries[key];
    if (known !== undefined) return known;
    process.stderr.write(`resolving ${key}\n`);
    const outcome = resolveInProcess(request);
    if ('entry' in outcome) {
      entries[key] = outcome.entry;
      return outcome.entry;
    }
    problems.push(...outcome.problems);
    throw new ProblemError(outcome.problems, key);
  });
  process.on('exit', () => writeFileSync(file, JSON.stringify({ entries, problems }), { mode: 0o600 }));
}
