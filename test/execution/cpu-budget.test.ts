import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import { cpuBudget, memoryBudget } from '../../runtime/src/inference/execution/cpu-budget';
import { modelMemoryLimit } from '../../runtime/src/inference/repository/memory-budget';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'cgroup-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
}

test('without a container, the machine decides', () => {
  expect(cpuBudget(root)).toBe(availableParallelism());
  expect(memoryBudget(root)).toBe(totalmem());
});

test.each([
  ['cpu.max', '100000 100000\n', 1],
  ['cpu.max', '50000 100000\n', 1],
  ['cpu.max', 'max 100000\n', availableParallelism()],
  ['cpu.max', '6400000 100000\n', availableParallelism()],
])('%s of %j gives %d cores', (file, text, cores) => {
  write(file, text);
  expect(cpuBudget(root)).toBe(cores);
});

test('the quota of the older layout counts too', () => {
  write('cpu/cpu.cfs_quota_us', '100000');
  write('cpu/cpu.cfs_period_us', '100000');
  expect(cpuBudget(root)).toBe(1);
  write('cpu/cpu.cfs_quota_us', '-1');
  expect(cpuBudget(root)).toBe(availableParallelism());
});

test('the memory limit of the container counts, and max is none', () => {
  write('memory.max', '268435456\n');
  expect(memoryBudget(root)).toBe(268_435_456);
  write('memory.max', 'max\n');
  expect(memoryBudget(root)).toBe(totalmem());
});

test('models get three quarters of the container, or what was configured', () => {
  write('memory.max', '268435456\n');
  expect(modelMemoryLimit(0, memoryBudget(root))).toBe(201_326_592);
  expect(modelMemoryLimit(1000, memoryBudget(root))).toBe(1000);
  expect(modelMemoryLimit(0)).toBeLessThan(totalmem());
});
