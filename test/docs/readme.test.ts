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

const ROOT = path.resolve(__dirname, '..', '..');
const IGNORED = /node_modules|^out\/|^dist\/|\/dist\/|\.venv/;

const pages = (readdirSync(ROOT, { recursive: true }) as string[]).filter(
  (file) => file.endsWith('.md') && !IGNORED.test(file),
);

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
