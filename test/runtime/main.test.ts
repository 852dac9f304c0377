import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Problem } from '@inferstack/runtime/contract';
import { get } from './support/http-client';
import { copyPackage, modelEntry, removeCopies, testConfig } from './support/packages';
import { endProcesses, RuntimeProcess } from './support/process';

const LIMIT = 120_000;
const info = { logging: { level: 'info' as const } };

afterEach(endProcesses);
afterAll(removeCopies);

async function ended(config: unknown): Promise<RuntimeProcess & { code: number | string }> {
  const runtime = new RuntimeProcess(config);
  return Object.assign(runtime, { code: await runtime.exit });
}

test(
  'a bad configuration prints every problem and exits with 2',
  async () => {
    const config = testConfig(['digits/1']);
    const { limits: _, ...rest } = config;
    const bad = { ...rest, role: 'serv', drain: { delayMs: -1, timeoutMs: 10 }, colour: 'red' };
    const [syntax, several, twice, missing, file] = await Promise.all([
      ended('{"role":'),
      ended(bad),
      ended({ ...config, models: [...config.models, ...config.models], ...info }),
      ended(undefined),
      ended('/nonexistent/config.json'),
    ]);
    expect([syntax, several, twice, missing, file].map(({ code }) => code)).toEqual([2, 2, 2, 2, 2]);
    expect(syntax.stderr).toContain('CONFIG_SYNTAX');
    expect(several.stderr).toMatch(/^4 problems/);
    for (const place of ['role', 'drain.delayMs', 'colour', 'limits']) {
      expect(several.stderr).toContain(`INFERSTACK_CONFIG: ${place}`);
    }
    expect(twice.stdout).toContain('CONFIG_MODEL_TWICE');
    expect(missing.stderr).toContain('CONFIG_MISSING');
    expect(file.stderr).toContain('CONFIG_UNREADABLE');
    for (const { stderr } of [syntax, several, missing, file]) expect(stderr).not.toMatch(/^\s+at /m);
  },
  LIMIT,
);

test(
  'the configuration may be a file; the log is one JSON object a line',
  async () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'inferstack-config-'));
    const file = path.join(directory, 'config.json');
    writeFileSync(file, JSON.stringify(testConfig(['digits/1'], info)));
    const runtime = new RuntimeProcess(file);
    const { inference } = await runtime.ready();
    expect((await get(inference, '/v2/health/ready')).status).toBe(200);
    runtime.kill('SIGTERM');
    expect(await runtime.exit).toBe(0);
    expect(runtime.log.map(({ event }) => event)).toEqual([
      'start',
      'listening',
      'model_loading',
      'model_loaded',
      'ready',
      'stop',
      'drain',
      'stopped',
    ]);
    expect(runtime.log[0]).toMatchObject({ level: 'info', endpoint: 'test', role: 'serve' });
    expect(runtime.messages.map(({ type }) => type)).toEqual(['listening', 'ready']);
    rmSync(directory, { recursive: true });
  },
  LIMIT,
);

/** Changes one byte in the middle of a file. */
function flipByte(directory: string, file: string): void {
  const name = path.join(directory, file);
  const bytes = readFileSync(name);
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(name, bytes);
}

function refusal(runtime: RuntimeProcess): Problem[] {
  const lines = runtime.log.filter(({ event }) => event === 'model_refused');
  expect(lines).toHaveLength(1);
  return lines[0]!.problems!;
}

test(
  'one changed byte in any file of a package: refused with the reason, exit 3',
  async () => {
    const files = ['model.yaml', 'model.onnx', 'samples.jsonl', 'baseline.json'];
    const runs = files.map(async (file) => {
      const copy = copyPackage('digits/1');
      flipByte(copy, file);
      const runtime = await ended(
        testConfig([], { models: [{ ...modelEntry('digits/1'), uri: copy }], ...info }),
      );
      return { file, runtime };
    });
    for (const { file, runtime } of await Promise.all(runs)) {
      expect([file, runtime.code]).toEqual([file, 3]);
      const [problem] = refusal(runtime);
      expect([file, problem!.code]).toEqual([
        file,
        expect.stringMatching(/^(PACKAGE|MANIFEST|GRAPH|SAMPLE|BASELINE|ONNX)/),
      ]);
      expect(problem!.remedy).not.toBe('');
      expect(runtime.messages.map(({ type }) => type)).toEqual(['listening']);
    }
  },
  LIMIT,
);

test(
  'golden samples that differ, another model than configured, nothing at the address: all reported, exit 3',
  async () => {
    const wrong = copyPackage('diabetes/1', {
      'samples.jsonl': (text) => text.replace(/"progression": \[\[\d/, (start) => `${start}9`),
    });
    const config = testConfig([wrong], info);
    const other = { ...modelEntry('digits/1'), version: '7' };
    const absent = { ...other, name: 'absent', uri: '/nonexistent/model' };
    const runtime = await ended({ ...config, models: [...config.models, other, absent] });
    expect(runtime.code).toBe(3);
    expect(refusal(runtime)).toMatchObject([
      {
        code: 'SAMPLE_FAILED',
        at: expect.stringContaining('held-out-69'),
        allowed: expect.stringMatching(/^49/),
      },
      { code: 'MODEL_IDENTITY_MISMATCH', got: 'digits/1', allowed: 'digits/7' },
      { code: 'LOAD_NOT_FOUND' },
    ]);
  },
  LIMIT,
);

test(
  'an address that is taken: exit 1',
  async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const config = testConfig(['digits/1'], info);
    const management = { host: '127.0.0.1', port };
    const runtime = await ended({ ...config, listeners: { ...config.listeners, management } });
    expect(runtime.code).toBe(1);
    expect(runtime.stdout).toContain('LISTENER_FAILED');
    taken.close();
  },
  LIMIT,
);

test(
  'when the parent is gone, so is the runtime',
  async () => {
    const runtime = new RuntimeProcess(testConfig(['digits/1']));
    await runtime.ready();
    runtime.disconnect();
    expect(await runtime.exit).toBe(0);
  },
  LIMIT,
);
