import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { httpFacts } from '../../runtime/src/batch/files/http-facts';

let server: Server;
let base: string;

/** Signed addresses take GET alone; `/bare` is told with nothing that pins it. */
beforeAll(async () => {
  server = createServer(({ url, method, headers }, response) => {
    const secret = headers.authorization === `Basic ${Buffer.from('a:b').toString('base64')}`;
    if (url === '/bare') response.writeHead(200, { 'content-length': '5' }).end();
    else if (url === '/secret' && secret) response.writeHead(200, { etag: '"2"' }).end();
    else if (url !== '/signed') response.writeHead(url === '/gone' ? 404 : 403).end();
    else if (method === 'HEAD') response.writeHead(403).end();
    else response.writeHead(206, { etag: '"1"', 'content-range': 'bytes 0-0/1234' }).end('x');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const facts = (path: string, user = '') => httpFacts(`http://${user}${base}${path}`, 'shown');

test('size and ETag, also where only GET is allowed, and with a password', async () => {
  expect(await facts('/signed')).toEqual({ bytes: 1234, etag: '"1"' });
  expect(await facts('/bare')).toEqual({ bytes: 5, etag: '' });
  expect(await facts('/secret', 'a:b@')).toMatchObject({ etag: '"2"' });
});

test.each([
  ['/refused', 'BATCH_STORE_FAILED'],
  ['/gone', 'BATCH_INPUT_EMPTY'],
])('%s is told, and not taken for an empty file', async (path, code) => {
  await expect(facts(path)).rejects.toMatchObject({ problems: [{ code, at: 'shown' }] });
});
