import path from 'node:path';
import { UpProcess } from '../local/support/up-process';
import { alive, until } from '../local/support/wait';
import { inferBody, ROWS } from './support/features';

jest.setTimeout(120_000);

let up: UpProcess;
afterEach(async () => {
  up.kill('SIGKILL');
  await up.exit();
  await until(() => !up.replicaPids.some(alive));
});

test('the example answers on this machine', async () => {
  up = new UpProcess(path.resolve(__dirname, '../../examples/pipeline/main.ts'));
  const { url } = (await up.event('ready')) as unknown as { url: string };
  const body = JSON.stringify(inferBody(ROWS.slice(0, 3)));
  const ask = async (model: string): Promise<number[]> => {
    const response = await fetch(`${url}/v2/models/${model}/infer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    const { outputs } = (await response.json()) as { outputs: { name: string; data: number[] }[] };
    return outputs.find(({ name }) => name === 'probabilities')!.data;
  };
  const versions = ['1', '2'].map((version) => ask(`breast-cancer/versions/${version}`));
  const [one, two] = await Promise.all(versions);
  expect(await ask('referral')).toEqual(one!.map((p, i) => Math.fround((p + two![i]!) / 2)));
});
