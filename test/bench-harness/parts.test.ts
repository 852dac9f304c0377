import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseOptions } from '../../runtime/bench/options';
import { writePart, writeReport } from '../../runtime/bench/report/parts';
import { STANDARD } from '../../runtime/bench/run/durations';
import type { SuitePart } from '../../runtime/bench/run/results';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'bench-parts-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

function part(model: string, commit: string): SuitePart {
  return {
    mode: 'standard',
    machine: {
      cpu: 'Test CPU',
      cores: 2,
      memoryGiB: 8,
      kernel: 'Linux',
      node: 'v20',
      python: '3.11',
      onnxruntimeNode: '1',
      onnxruntimePython: '1',
      commit,
      commitDate: '2030-01-01',
    },
    durations: STANDARD,
    startedAt: '2030-01-02T00:00',
    minutes: 1,
    suite: {
      model,
      requestBytes: { json: 10, binary: 5, grpc: 4 },
      layout: 'one-core',
      shared: false,
      commonRate: {},
      contenders: [],
    },
  };
}

test('parts of several runs make one page; measured again, a part is replaced', () => {
  writePart(directory, part('tiny/1', 'first'));
  writePart(directory, part('heavy/1', 'second'));
  writePart(directory, part('tiny/1', 'third'));
  expect(readdirSync(path.join(directory, 'results')).sort()).toEqual([
    'one-core.heavy-1.json',
    'one-core.tiny-1.json',
  ]);
  const page = readFileSync(writeReport(directory), 'utf8');
  expect(page).toMatch(/tiny\/1, one-core .* third, 2030-01-01/);
  expect(page).toMatch(/heavy\/1, one-core .* second, 2030-01-01/);
  expect(page).not.toContain('first,');
});

test('a report of nothing is refused', () => {
  expect(() => writeReport(directory)).toThrow('holds no results');
});

test('standard is the default; whole suites go to the table, less than that does not', () => {
  const folder = (...argv: string[]) => path.basename(parseOptions(argv).out);
  expect(parseOptions([])).toMatchObject({ mode: 'standard', report: false });
  expect(parseOptions(['--full']).mode).toBe('full');
  expect(folder('--models', 'bert/1,memory')).toBe('bench');
  expect(folder('--models', 'bert/1', '--rounds', '1')).toBe('out');
  expect(folder('--only', 'inferstack')).toBe('out');
  expect(folder('--quick')).toBe('out');
  expect(() => parseOptions(['--quick', '--full'])).toThrow('exclude each other');
});
