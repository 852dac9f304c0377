import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { processIo } from '../../lib/cli/cli-io';
import { createProgram } from '../../lib/cli/main';

const ROOT = path.resolve(__dirname, '..', '..');
const IGNORED = /node_modules|^out\/|^dist\/|\/dist\/|\.venv/;

/** What lies in the repository, without what is installed, built or written. */
const files = (readdirSync(ROOT, { recursive: true }) as string[]).filter((file) => !IGNORED.test(file));
const pages = files.filter((file) => file.endsWith('.md'));

/** The fenced blocks of one language in a page. */
function blocks(file: string, language: string): string[] {
  const text = readFileSync(path.join(ROOT, file), 'utf8');
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    (match) => match[1]!,
  );
}

test('the program on the first page compiles as it stands', () => {
  const programs = blocks('README.md', 'ts').filter((code) => code.startsWith('import'));
  expect(programs).toHaveLength(1);
  mkdirSync(path.join(ROOT, 'out'), { recursive: true });
  const folder = mkdtempSync(path.join(ROOT, 'out', 'readme-'));
  try {
    writeFileSync(path.join(folder, 'main.ts'), programs[0]!);
    writeFileSync(
      path.join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: '../../tsconfig.json', include: ['main.ts'], exclude: [] }),
    );
    execFileSync('npx', ['tsc', '-p', folder, '--noEmit'], { cwd: ROOT, stdio: 'pipe' });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('every npm script a page names exists', () => {
  const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const named = pages.flatMap((file) =>
    [...readFileSync(path.join(ROOT, file), 'utf8').matchAll(/npm run ([\w:-]+)/g)].map((match) => match[1]!),
  );
  expect(named).toContain('demo');
  expect([...new Set(named)].filter((name) => !(name in scripts))).toEqual([]);
});

test('every file a page links to exists', () => {
  const broken = pages.flatMap((file) =>
    [...readFileSync(path.join(ROOT, file), 'utf8').matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
      .map((match) => path.join(path.dirname(file), match[1]!))
      .filter((target) => !existsSync(path.join(ROOT, target)))
      .map((target) => `${file} -> ${target}`),
  );
  expect(broken).toEqual([]);
});

/** Paths in the output of a target, of benchmarks, and in the repositories of others. */
const ELSEWHERE = [
  'scripts/release.sh',
  'runtime/bench/models/generated/mobilenet/1',
  'schema/compose-spec.json',
];

const NAMED_PATH =
  /(?<![\w./@<~:-])(?:lib|runtime|test|examples|scripts|docs|schema|\.ci)\/[\w./*@-]*[\w*]|(?<![\w./*-])[\w*-]+(?:\.slow)?\.test\.ts/g;

const escaped = (text: string): string => text.replaceAll('.', '\\.');

/** Whether there is a file by this name: from the root, or from the page; as for jest, its beginning is enough. */
function isThere(named: string, page: string): boolean {
  const pattern = (at: string) => at.split('*').map(escaped).join('[^/]*');
  const start = new RegExp(`^(?:${pattern(named)}|${pattern(path.join(path.dirname(page), named))})`);
  return files.some((file) => start.test(file) || (!named.includes('/') && start.test(path.basename(file))));
}

test('every path a page names exists', () => {
  const named = pages.flatMap((page) =>
    [...readFileSync(path.join(ROOT, page), 'utf8').matchAll(NAMED_PATH)].map(([name]) => ({ page, name })),
  );
  expect(named.map(({ name }) => name)).toContain('test/boundaries.test.ts');
  const missing = named.filter(({ page, name }) => !ELSEWHERE.includes(name) && !isThere(name, page));
  expect(missing).toEqual([]);
});

test('every command of inferstack a page names exists', () => {
  const program = createProgram(processIo());
  const unknown = pages.flatMap((page) =>
    [
      ...readFileSync(path.join(ROOT, page), 'utf8').matchAll(
        /npx inferstack ([a-z]+)(?: ([a-z]+)(?![\w./-]))?/g,
      ),
    ]
      .filter(([, name, child]) => !hasCommand(program, name!, child))
      .map(([call]) => `${page}: ${call}`),
  );
  expect(unknown).toEqual([]);
});

function hasCommand(program: Command, name: string, child: string | undefined): boolean {
  const command = program.commands.find((one) => one.name() === name);
  if (command === undefined) return false;
  return command.commands.length === 0 || command.commands.some((one) => one.name() === child);
}
