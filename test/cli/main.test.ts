import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { BATCH_EXIT } from '@inferstack/runtime/contract';
import { processIo } from '../../lib/cli/cli-io';
import { version } from '../../package.json';
import { removeTemporaryDirectories, temporaryDirectory, writePackage } from '../support/package-builder';
import { runCli } from '../support/run-cli';

afterAll(removeTemporaryDirectories);

const COMMANDS = ['init', 'check', 'show', 'digest', 'pack'];

test('--version', async () => {
  expect(await runCli(['--version'])).toMatchObject({ code: 0, out: `${version}\n`, err: '' });
});

test('run --help tells the exit codes of jobs', async () => {
  const { out } = await runCli(['run', '--help']);
  for (const code of Object.values(BATCH_EXIT)) expect(out).toMatch(new RegExp(`^  ${code}    `, 'm'));
  expect(out).not.toContain('problems were found');
});

test('--help lists the commands and the exit codes', async () => {
  const { code, out } = await runCli(['--help']);
  expect(code).toBe(0);
  for (const text of ['model', 'up', 'Exit codes:', '2  wrong usage']) expect(out).toContain(text);
});

test.each([...COMMANDS, 'import', 'lock', 'fetch'])(
  'model %s --help tells the exit codes and --json',
  async (command) => {
    const { code, out } = await runCli(['model', command, '--help']);
    expect(code).toBe(0);
    expect(out).toContain('Exit codes:');
    expect(out).toContain('--json');
  },
);

test.each([
  ['an unknown command', ['modle']],
  ['an unknown subcommand', ['model', 'chek']],
  ['an unknown option', ['model', 'check', '.', '--fast']],
  ['a missing argument', ['model', 'check']],
  ['a surplus argument', ['model', 'check', 'a', 'b']],
  ['a missing --out', ['model', 'pack', '.']],
  ['no subcommand', ['model']],
  ['no command', []],
])('wrong usage: %s', async (_, args) => {
  const { code, out, err } = await runCli(args);
  expect(code).toBe(2);
  expect(out).toBe('');
  expect(err).not.toBe('');
});

test.each(COMMANDS.filter((command) => command !== 'init'))(
  'model %s of nothing: the same problem for people and for programs',
  async (command) => {
    const nowhere = path.join(temporaryDirectory(), 'nowhere');
    const args = ['model', command, nowhere, ...(command === 'pack' ? ['--out', `${nowhere}.tgz`] : [])];
    const plain = await runCli(args);
    expect(plain).toMatchObject({ code: 1, out: '' });
    expect(plain.err).toContain(`${nowhere} PACKAGE_MISSING\n    the directory does not exist`);
    const machine = await runCli([...args, '--json']);
    expect(machine).toMatchObject({ code: 1, err: '' });
    expect(machine.json()).toMatchObject({ ok: false, problems: [{ code: 'PACKAGE_MISSING', at: nowhere }] });
  },
);

test('no stack traces, unless INFERSTACK_DEBUG asks for them', async () => {
  const args = ['model', 'digest', '/nowhere/at/all'];
  expect((await runCli(args)).err).not.toContain('    at ');
  process.env.INFERSTACK_DEBUG = '1';
  try {
    const { code, err } = await runCli(args);
    expect(code).toBe(1);
    expect(err).toMatch(/ {4}at .*package-digest/);
  } finally {
    delete process.env.INFERSTACK_DEBUG;
  }
});

describe('colours', () => {
  const ESCAPE = '\u001b[';

  test('only when the output takes them, and never in JSON', async () => {
    const directory = writePackage();
    expect((await runCli(['model', 'show', directory], true)).out).toContain(ESCAPE);
    expect((await runCli(['model', 'show', directory], false)).out).not.toContain(ESCAPE);
    expect((await runCli(['model', 'show', directory, '--json'], true)).out).not.toContain(ESCAPE);
  });

  test('NO_COLOR switches them off on a terminal', () => {
    const terminal = Object.getOwnPropertyDescriptor(process.stdout, 'isTTY');
    const { NO_COLOR, TERM } = process.env;
    Object.defineProperty(process.stdout, 'isTTY', { value: true, configurable: true });
    try {
      process.env.TERM = 'xterm';
      process.env.NO_COLOR = '1';
      expect(processIo().colours).toBe(false);
      process.env.NO_COLOR = '';
      expect(processIo().colours).toBe(true);
      process.env.TERM = 'dumb';
      expect(processIo().colours).toBe(false);
    } finally {
      if (terminal === undefined) Reflect.deleteProperty(process.stdout, 'isTTY');
      else Object.defineProperty(process.stdout, 'isTTY', terminal);
      restore('NO_COLOR', NO_COLOR);
      restore('TERM', TERM);
    }
  });
});

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

test('as a process: JSON alone on standard output, exit code set', () => {
  const root = path.resolve(__dirname, '../..');
  const run = (...args: string[]) =>
    execFileSync(process.execPath, ['--import', 'tsx', 'lib/cli/main.ts', ...args], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const output = run('model', 'check', 'examples/models/breast-cancer/1', '--json');
  expect(JSON.parse(output)).toMatchObject({ ok: true, samples: { failed: 0 } });
  expect(() => run('model', 'check', 'nowhere')).toThrow(expect.objectContaining({ status: 1, stdout: '' }));
});
