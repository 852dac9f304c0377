import { Adapter } from 'inferstack';
import { testConfig } from '../../runtime/support/packages';
import { RuntimeProcess } from '../../runtime/support/process';

/** Serves an example until standard input ends; the first line of output is the port. */
async function main(): Promise<void> {
  const adapter = Adapter.soap({
    path: '/legacy/soap',
    request: { operation: 'Score', namespace: 'urn:example:scoring', row: 'patient' },
  });
  const adapters = [adapter.bind('diabetes')];
  const runtime = new RuntimeProcess(
    testConfig(['diabetes/1', 'breast-cancer/1'], { adapters: [...adapters, second()] }),
  );
  const { inference } = await runtime.ready();
  process.stdout.write(`${inference}\n`);
  process.stdin.resume();
  process.stdin.on('end', async () => {
    runtime.kill('SIGTERM');
    process.exitCode = Number(await runtime.exit);
  });
}

/** A model whose columns have spaces in their names, and whose predictions are labels. */
function second() {
  return Adapter.soap({
    path: '/legacy/tumours',
    request: { operation: 'Judge', namespace: 'urn:example:tumours', row: 'sample' },
  }).bind('breast-cancer');
}

void main();
