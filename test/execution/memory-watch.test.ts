import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { MemoryWatch, memoryOf } from '../../runtime/src/inference/execution/memory-watch';
import { candidateMemoryLimit } from '../../runtime/src/inference/repository/memory-budget';
import { until } from '../runtime/support/wait';

const MIB = 1024 ** 2;
/** Takes as many MiB more as it is told, line by line. */
const GROWING = `
  const kept = [];
  process.stdin.on('data', (mib) => { kept.push(Buffer.alloc(mib * 1024 * 1024, 1)); console.log('more'); });
  console.log('up');
`;

let child: ChildProcess;
let said = 0;

beforeEach(async () => {
  said = 0;
  child = spawn(process.execPath, ['-e', GROWING], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdout!.on('data', () => said++);
  await until(() => said === 1);
});
afterEach(() => child.kill('SIGKILL'));

async function grow(mib: number): Promise<void> {
  const before = said;
  child.stdin!.write(`${mib}\n`);
  await until(() => said > before);
}

test('what a process allocates is seen, and told once when it is too much', async () => {
  // Wide bounds: what the process frees of its own start is not known.
  const most = memoryOf(child.pid!)! + 100 * MIB;
  const exceeded: number[] = [];
  const watch = MemoryWatch.of(child.pid, most, (bytes) => exceeded.push(bytes))!;
  await grow(20);
  await new Promise((resolve) => setTimeout(resolve, 250));
  expect(exceeded).toEqual([]);
  await grow(200);
  await until(() => exceeded.length > 0);
  await new Promise((resolve) => setTimeout(resolve, 250));
  expect(exceeded).toHaveLength(1);
  expect(exceeded[0]).toBeGreaterThan(most);
  watch.stop();
});

test('should memory run out all the same, the kernel ends this process first', () => {
  MemoryWatch.of(child.pid, 1024 * MIB, () => undefined)!.stop();
  expect(readFileSync(`/proc/${child.pid}/oom_score_adj`, 'utf8').trim()).toBe('1000');
});

test('there is nothing to watch of a process that is gone', () => {
  expect(memoryOf(2 ** 22 + 1)).toBeUndefined();
  expect(MemoryWatch.of(undefined, 1, () => undefined)).toBeUndefined();
});

test('a candidate may take its share of half of the memory, or what it was given', () => {
  expect(candidateMemoryLimit(0, 2, 1024 * MIB)).toBe(256 * MIB);
  expect(candidateMemoryLimit(100, 2, 1024 * MIB)).toBe(100);
});
