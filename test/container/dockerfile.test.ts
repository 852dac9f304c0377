import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ignores, readDockerfile, readPairs } from './dockerfile';

const runtime = path.resolve(__dirname, '..', '..', 'runtime');
const read = (file: string) => readFileSync(path.join(runtime, file), 'utf8');
const stages = readDockerfile(read('Dockerfile'));
const last = stages.at(-1)!;
const every = (keyword: string, of = stages) =>
  of.flatMap(({ instructions }) => instructions.filter((i) => i.keyword === keyword).map(({ rest }) => rest));
const ignored = ignores(read('.dockerignore'));

test('reads the Dockerfile as docker does', () => {
  const [before, first] = readDockerfile(
    'ARG A=1\nFROM x AS y\n# no\nRUN a \\\n# no\n  b\nENV C="d e" F=g\n',
  );
  expect(before!.instructions).toEqual([{ keyword: 'ARG', rest: 'A=1' }]);
  expect(first).toMatchObject({ name: 'y' });
  expect(first!.instructions.map(({ rest }) => rest.replace(/\s+/g, ' '))).toEqual([
    'x AS y',
    'a b',
    'C="d e" F=g',
  ]);
  expect(readPairs('C="d e" F=g')).toEqual([
    ['C', 'd e'],
    ['F', 'g'],
  ]);
});

test('every source that is copied is in the build context, or in an earlier stage', () => {
  const copies = stages.flatMap(({ name, instructions }) =>
    instructions
      .filter(({ keyword }) => keyword === 'COPY')
      .map(({ rest }) => ({ name, words: rest.split(/\s+/) })),
  );
  expect(copies.length).toBeGreaterThanOrEqual(4);
  for (const { words } of copies) {
    const from = words.find((word) => word.startsWith('--from='))?.slice('--from='.length);
    const sources = words.filter((word) => !word.startsWith('--')).slice(0, -1);
    if (from !== undefined) expect(stages.map(({ name }) => name)).toContain(from);
    else for (const source of sources) expect([source, ignored(source)]).toEqual([source, false]);
    // dist is made by the build.
    const committed = from === undefined ? sources.filter((source) => source !== 'dist') : [];
    for (const source of committed)
      expect([source, existsSync(path.join(runtime, source))]).toEqual([source, true]);
  }
});

test.each([
  ['src/main.ts', true],
  ['node_modules/x/index.js', true],
  ['tsconfig.json', true],
  ['.env', true],
  ['dist/contract/index.d.ts', true],
  ['dist/contract/index.js', false],
  ['package.json', false],
])('build context: is %s left out? %s', (file, expected) => {
  expect(ignored(file)).toBe(expected);
});

test('runs as a user by number who is not root, and is told how to stop', () => {
  expect(every('USER', [last]).at(-1)).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  expect(every('STOPSIGNAL', [last])).toEqual(['SIGTERM']);
  expect(JSON.parse(every('ENTRYPOINT', [last])[0]!)).toEqual(['node', '/app/dist/main.js']);
  expect(every('CMD', [last])).toEqual([]);
});

test('writes nowhere but to /tmp', () => {
  const env = Object.fromEntries(every('ENV', [last]).flatMap(readPairs));
  expect(env).toMatchObject({ NODE_ENV: 'production', HOME: '/tmp', INFERSTACK_CACHE: '/tmp/inferstack' });
});

test('every stage is based on the image that the argument names, pinned by version and digest', () => {
  expect(every('FROM').map((rest) => rest.split(' ')[0])).toEqual(Array(3).fill('${BASE_IMAGE}'));
  const [argument, ...others] = stages[0]!.instructions;
  expect(others).toEqual([]);
  expect(argument!.keyword).toBe('ARG');
  expect(argument!.rest).toMatch(/^BASE_IMAGE=node:20\.\d+\.\d+-bookworm-slim@sha256:[0-9a-f]{64}$/);
});

test('installs from the lockfile without development dependencies, with secrets that are only mounted', () => {
  const installs = every('RUN').filter((line) => /\bnpm\b.*\b(ci|install|add)\b/.test(line));
  expect(installs).toHaveLength(1);
  expect(installs[0]).toMatch(/npm ci --omit=dev/);
  expect(installs[0]!.match(/--mount=\S+/g)!.map((mount) => /type=(\w+)/.exec(mount)![1])).toEqual([
    'secret',
    'secret',
    'cache',
  ]);
  expect(every('ARG').map((rest) => rest.split('=')[0])).toEqual([
    'BASE_IMAGE',
    'ONNXRUNTIME_NODE_INSTALL',
    'SOURCE_DATE_EPOCH',
    'SOURCE_DATE_EPOCH',
  ]);
});

/** The command of the check of health, as an engine runs it. */
async function healthcheck(config: string | Record<string, string>): Promise<number> {
  const [, command] = /\sCMD\s+(.*)$/.exec(every('HEALTHCHECK', [last])[0]!)!;
  const [, ...args] = JSON.parse(command!) as string[];
  const check = spawn(process.execPath, args, {
    env: { ...process.env, ...(typeof config === 'string' ? { INFERSTACK_CONFIG: config } : config) },
    stdio: 'ignore',
  });
  const [code] = (await once(check, 'exit')) as [number];
  return code;
}

test('HEALTHCHECK asks the management listener, wherever the configuration comes from', async () => {
  let status = 200;
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    response.writeHead(status).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const config = JSON.stringify({ listeners: { management: { host: '0.0.0.0', port } } });
  const directory = mkdtempSync(path.join(tmpdir(), 'inferstack-health-'));
  const file = path.join(directory, 'config.json');
  writeFileSync(file, config);
  const parts = { INFERSTACK_CONFIG_1: config.slice(0, 9), INFERSTACK_CONFIG_2: config.slice(9) };
  expect([await healthcheck(config), await healthcheck(file), await healthcheck(parts)]).toEqual([0, 0, 0]);
  status = 503;
  expect(await healthcheck(config)).toBe(1);
  expect(asked).toEqual(['/health', '/health', '/health', '/health']);
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
  expect(await healthcheck(config)).toBe(1);
  rmSync(directory, { recursive: true });
});

test('the image says its version', () => {
  const { version } = JSON.parse(read('package.json')) as { version: string };
  expect(Object.fromEntries(every('LABEL', [last]).flatMap(readPairs))).toMatchObject({
    'org.opencontainers.image.version': version,
    'org.opencontainers.image.licenses': 'Apache-2.0',
  });
});

interface Package {
  readonly dependencies?: object;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
}

test('the lockfile of the image is that of the repository, for the dependencies in package.json', () => {
  const script = path.join(runtime, 'scripts', 'update-shrinkwrap.mjs');
  execFileSync(process.execPath, [script, '--check'], { stdio: ['ignore', 'ignore', 'inherit'] });
  const lock = JSON.parse(read('npm-shrinkwrap.json')) as {
    packages: Record<string, Package>;
  };
  const { '': root, ...packages } = lock.packages;
  expect(root!.dependencies).toEqual(
    (JSON.parse(read('package.json')) as { dependencies: object }).dependencies,
  );
  // Binaries of another platform than the lockfile was made on may be named without their hash.
  const unpinned = Object.values(packages).filter(({ integrity }) => !/^sha512-/.test(integrity ?? ''));
  expect(unpinned.filter(({ optional, os }) => optional !== true || os === undefined)).toEqual([]);
  expect(packages['node_modules/@opendal/lib-linux-x64-gnu']!.integrity).toMatch(/^sha512-/);
  expect(
    Object.values(packages).filter(({ resolved, dev }) => resolved !== undefined || dev === true),
  ).toEqual([]);
});
