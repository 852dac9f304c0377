import { Client } from 'undici';
import { Management } from '../../lib/local/management';

const rollouts = { current: [], act: () => Promise.reject(new Error('nobody asks')) };
const management = new Management({ replicas: () => [], status: () => ({ up: true }), rollouts });
afterAll(() => management.close());

test('a path that is no address is not there, and what comes after it is answered', async () => {
  const origin = await management.listen(0, false);
  const client = new Client(origin);
  const ask = async (path: string) => {
    const { statusCode, body } = await client.request({ path, method: 'GET' });
    return [statusCode, await body.text()];
  };
  expect((await ask('//'))[0]).toBe(404);
  expect(await ask('/?pretty')).toEqual([200, '{"up":true}\n']);
  await client.close();
});
