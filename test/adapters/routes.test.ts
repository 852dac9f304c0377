import { connect } from 'node:http2';
import type { ServeRole } from '../../runtime/src/serve';
import { get } from '../runtime/support/http-client';
import { removeTemporaryDirectories } from '../support/package-builder';
import { adapter, errorsOf, responseOf, soapRequest } from './support/adapters';
import { predictions, rowsOf, send, serveAdapters } from './support/rows';

let role: ServeRole;

beforeAll(async () => {
  const answer = responseOf({ format: 'soap', operation: 'ScoreResponse', row: 'prediction' });
  const errors = errorsOf({ format: 'soap' });
  role = await serveAdapters([
    adapter(),
    adapter({ name: 'soap', path: '/legacy/soap', request: soapRequest(), response: answer, errors }),
    adapter({
      ...{ name: 'mapped', path: '/legacy/mapped', response: answer, errors },
      request: soapRequest({ map: '$' }),
    }),
  ]);
});

afterAll(async () => {
  await role.stop();
  removeTemporaryDirectories();
});

/** One request over HTTP/2 without TLS. */
function overHttp2(port: number, path: string, body: string): Promise<{ status: number; text: string }> {
  const session = connect(`http://127.0.0.1:${port}`);
  return new Promise((resolve, reject) => {
    session.on('error', reject);
    const stream = session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/json' });
    const chunks: Buffer[] = [];
    let status = 0;
    stream.on('response', (headers) => {
      status = Number(headers[':status']);
    });
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('error', reject);
    stream.on('end', () => {
      session.close();
      resolve({ status, text: Buffer.concat(chunks).toString('utf8') });
    });
    stream.end(body);
  });
}

test('the same over HTTP/2', async () => {
  const rows = rowsOf(2);
  const { status, text } = await overHttp2(role.ports.inference, '/legacy/score', JSON.stringify(rows));
  expect([status, JSON.parse(text)]).toEqual([200, await predictions(role, rows)]);
});

test('the WSDL is that of the model, at the address that was asked', async () => {
  const { inference } = role.ports;
  const reply = await get(inference, '/legacy/soap?WSDL', { headers: { host: 'scores.example.com' } });
  expect([reply.status, reply.headers['content-type']]).toEqual([200, 'text/xml; charset=utf-8']);
  for (const name of Object.keys(rowsOf(1)[0]!)) {
    const type = { sex: 'string', age: 'long' }[name] ?? 'double';
    expect(reply.text).toContain(`<xs:element name="${name}" type="xs:${type}"`);
  }
  expect(reply.text).toContain('<xs:element name="ScoreResponse">');
  expect(reply.text.match(/location="http:\/\/scores\.example\.com\/legacy\/soap"/g)).toHaveLength(2);
  const behindTls = await get(inference, '/legacy/soap?wsdl', { headers: { 'x-forwarded-proto': 'https' } });
  expect(behindTls.text).toContain(`location="https://127.0.0.1:${inference}/legacy/soap"`);
});

test('what a mapping makes has no WSDL, and JSON neither', async () => {
  const mapped = await get(role.ports.inference, '/legacy/mapped?wsdl');
  expect([mapped.status, mapped.text]).toEqual([404, expect.stringContaining('made by a mapping')]);
  expect((await get(role.ports.inference, '/legacy/score?wsdl')).status).toBe(405);
});

test('requests are counted by the name of the adapter', async () => {
  const { management } = role.ports;
  const count = async (code: number) => {
    const { text } = await get(management, '/metrics');
    const line = `inferstack_requests_total{model="diabetes",version="1",route="adapter_legacy",code="${code}"} `;
    return Number(
      text
        .split('\n')
        .find((entry) => entry.startsWith(line))
        ?.slice(line.length),
    );
  };
  const before = await count(200);
  await send(role, '/legacy/score', JSON.stringify(rowsOf(1)), 'application/json');
  await send(role, '/legacy/score', '{', 'application/json');
  expect([await count(200), await count(400)]).toEqual([before + 1, 1]);
});
