import { type Column, echoPackage } from '../runtime/support/echo-package';
import { testConfig } from '../runtime/support/packages';
import { RuntimeProcess } from '../runtime/support/process';
import { removeTemporaryDirectories } from '../support/package-builder';

const EXAMPLES = ['breast-cancer/1', 'breast-cancer/2', 'digits/1', 'diabetes/1'];

/** A model for each dtype, named after it, that gives back what it gets. */
const ECHOES: readonly (readonly [dtype: string, type: Column['type'], value: Column['value']])[] = [
  ['BOOL', 'BOOL', true],
  ['UINT8', 'UINT8', 1],
  ['UINT16', 'UINT16', 1],
  ['UINT32', 'UINT32', 1],
  ['UINT64', 'UINT64', 1],
  ['INT8', 'INT8', 1],
  ['INT16', 'INT16', 1],
  ['INT32', 'INT32', 1],
  ['INT64', 'INT64', 1],
  ['FP16', 'FLOAT16', 1],
  ['FP32', 'FLOAT', 1],
  ['FP64', 'DOUBLE', 1],
  ['BYTES', 'STRING', 'x'],
];

/** Serves the examples and the echoes until standard input ends; the first line of output is the port. */
async function main(): Promise<void> {
  const echoes = ECHOES.map(([dtype, type, value]) =>
    echoPackage(dtype.toLowerCase(), [{ input: 'value', dtype, type, value }], ['batch', 2]),
  );
  const limits = { maxBodyBytes: 32_000_000, requestTimeoutMs: 30_000, maxInFlight: 64 };
  const runtime = new RuntimeProcess(testConfig([...EXAMPLES, ...echoes], { limits }));
  const { inference } = await runtime.ready();
  process.stdout.write(`${inference}\n`);
  process.stdin.resume();
  process.stdin.on('end', async () => {
    runtime.kill('SIGTERM');
    process.exitCode = Number(await runtime.exit);
    removeTemporaryDirectories();
  });
}

void main();
