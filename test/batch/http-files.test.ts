import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fetchFile } from '../../runtime/src/batch/files/fetch-file';
import { listInputs } from '../../runtime/src/batch/files/list-inputs';
import { temporaryFolder } from '../support/temporary-folder';

let server: Server;
let base: string;
let content = 'id\n1\n';
let pinned = true;

beforeAll(async () => {
  server = createServer((_, response) => {
    const etag = pinned ? { etag: `"${content}"`.replaceAll('\n', '-') } : {};
    response.writeHead(200, { 'content-length': content.length, ...etag }).end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const list = (...uris: string[]) =>
  listInputs({
    ...{ uris, format: 'auto', compression: 'auto', columns: {}, passthrough: [] },
    csv: { delimiter: ',', nulls: [''] },
  });
const fetched = async (uri: string) => {
  const [file] = await list(uri);
  return () => fetchFile(file!, [uri], temporaryFolder(), new AbortController().signal);
};

test('a file over HTTP is the one that the run began with, or the job stops', async () => {
  const fetch = await fetched(`${base}/rows.csv?signature=1`);
  expect(readFileSync((await fetch()).path, 'utf8')).toBe('id\n1\n');
  content = 'id\n2\n';
  await expect(fetch()).rejects.toMatchObject({
    problems: [{ code: 'BATCH_INPUT_CHANGED', at: `${base}/rows.csv` }],
  });
});

test('where the server tells nothing of a file, nothing is held against it', async () => {
  pinned = false;
  const fetch = await fetched(`${base}/rows.csv`);
  content = 'id\n3\n';
  expect(readFileSync((await fetch()).path, 'utf8')).toBe('id\n3\n');
});

test('two files that differ in their query alone are refused: one of them would be lost', async () => {
  await expect(list(`${base}/rows.csv?day=1`, `${base}/rows.csv?day=2`)).rejects.toMatchObject({
    problems: [{ code: 'BATCH_URI_INVALID', at: `${base}/rows.csv` }],
  });
  expect(await list(`${base}/rows.csv?day=1`, `${base}/rows.csv?day=1`, `${base}/b.csv`)).toHaveLength(2);
});
