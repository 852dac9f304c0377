import { testConfig } from '../../runtime/support/packages';
import { RuntimeProcess } from '../../runtime/support/process';

/** Serves an example until standard input ends; the first line of output is the port. */
async function main(): Promise<void> {
  const runtime = new RuntimeProcess(testConfig(['diabetes/1'], { contracts: ['kserve-v1', 'mlflow'] }));
  const { inference } = await runtime.ready();
  process.stdout.write(`${inference}\n`);
  process.stdin.resume();
  process.stdin.on('end', async () => {
    runtime.kill('SIGTERM');
    process.exitCode = Number(await runtime.exit);
  });
}

void main();
