import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { BATCH_EXIT } from '@inferstack/runtime/contract';
import { type RunOptions, runJob } from 'inferstack/local';
import { temporaryFolder } from '../support/temporary-folder';
import { app, ROOT, runtime } from './support/local-runtime';

jest.setTimeout(120_000);

const HELD_OUT = path.join(ROOT, 'examples/models/breast-cancer/held-out.csv');

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the jobs of an app whose files are said by variables. */
async function run(
  files: { readonly input: string; readonly output: string; readonly jobs?: string },
  job?: string,
  options: RunOptions = {},
): Promise<Ran> {
  const before = { ...process.env };
  Object.assign(process.env, {
    TEST_INPUT: files.input,
    TEST_OUTPUT: files.output,
    TEST_JOBS: files.jobs ?? 'Scores',
  });
  const written = { out: '', err: '' };
  const terminal = (name: 'out' | 'err') => ({
    write: (text: string) => {
      written[name] += text;
    },
  });
  try {
    const terminals = { out: terminal('out'), err: terminal('err') };
    const code = await runJob(app('job'), job, { runtime, ...options }, terminals);
    return { code, ...written };
  } finally {
    process.env = before;
  }
}

const filesIn = (folder: string): string[] =>
  (readdirSync(folder, { recursive: true }) as string[]).filter((file) =>
    statSync(path.join(folder, file)).isFile(),
  );

test('every row is scored once, by workers side by side; another run finds nothing to do', async () => {
  const output = temporaryFolder();
  const first = await run({ input: HELD_OUT, output });
  expect(first).toMatchObject({ code: 0 });
  expect(first.out).toMatch(/143 rows, 0 bad, .* 2 workers\nclinic-scores: done, /);
  const parts = filesIn(output).filter((file) => file.endsWith('.csv'));
  // 143 rows in shards of 40.
  expect(parts).toHaveLength(4);
  const rows = parts.flatMap((file) =>
    readFileSync(path.join(output, file), 'utf8').trim().split('\n').slice(1),
  );
  expect(rows).toHaveLength(143);
  expect(new Set(rows).size).toBe(143);

  const written = filesIn(output).map((file) => [file, statSync(path.join(output, file)).mtimeMs]);
  const second = await run({ input: HELD_OUT, output }, undefined, { workers: 2 });
  expect(second).toMatchObject({ code: 0 });
  const after = filesIn(output).map((file) => [file, statSync(path.join(output, file)).mtimeMs]);
  expect(after.filter(([file]) => String(file).endsWith('.csv'))).toEqual(
    written.filter(([file]) => String(file).endsWith('.csv')),
  );
});

test('wrong data ends with its own exit code, says why, and is not tried again', async () => {
  const input = path.join(temporaryFolder(), 'rows.csv');
  writeFileSync(input, 'a,b\n1,2\n');
  const { code, err } = await run({ input, output: temporaryFolder() }, undefined, { workers: 1 });
  expect(code).toBe(BATCH_EXIT.badData);
  expect(err).toContain(`worker 0 ended with exit code ${BATCH_EXIT.badData}`);
  expect(err).not.toContain('tries again');
});

test('an error that is worth it is tried again, as often as the job says', async () => {
  const file = path.join(temporaryFolder(), 'crash.cjs');
  writeFileSync(file, `process.exit(${BATCH_EXIT.failed})`);
  const { code, err } = await run({ input: HELD_OUT, output: temporaryFolder() }, undefined, {
    workers: 1,
    runtime: { file },
  });
  expect(code).toBe(1);
  expect(err.match(/tries again/g)).toHaveLength(1);
});

test('a second Ctrl-C ends a worker that does not end by itself', async () => {
  const file = path.join(temporaryFolder(), 'deaf.cjs');
  writeFileSync(
    file,
    `process.on('SIGTERM', () => console.log('deaf')); console.log('up'); setInterval(() => undefined, 1000)`,
  );
  const ctrlC = (): void => void process.emit('SIGINT');
  const heard: string[] = [];
  const line = (text: string): void => {
    heard.push(text.trim());
    if (text.includes('up')) ctrlC();
    // A second one that comes at once is the same one.
    if (text.includes('deaf')) setTimeout(ctrlC, 400);
  };
  const before = { ...process.env };
  Object.assign(process.env, { TEST_INPUT: HELD_OUT, TEST_OUTPUT: temporaryFolder(), TEST_JOBS: 'Scores' });
  const terminals = { out: { write: () => undefined }, err: { write: line } };
  const options = { workers: 1, logs: true, runtime: { file } };
  try {
    expect(await runJob(app('job'), undefined, options, terminals)).toBe(130);
  } finally {
    process.env = before;
  }
  expect(heard).toEqual(['worker 0 | up', 'worker 0 | deaf']);
});

test('with several jobs one has to be named', async () => {
  const files = { input: HELD_OUT, output: temporaryFolder(), jobs: 'Scores,Others' };
  expect(await run(files)).toMatchObject({ code: 1, err: expect.stringContaining('LOCAL_JOB_UNKNOWN') });
  const unknown = await run(files, 'another');
  expect(unknown.err).toContain('clinic-scores | clinic-others');
});

test('a job without files here says what to add', async () => {
  const { code, err } = await run({ input: HELD_OUT, output: '' });
  expect(code).toBe(1);
  expect(err).toContain('LOCAL_JOB_FILES');
});
