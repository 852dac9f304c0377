import { writeRecord } from '../../runtime/src/adapters/fixed-width/fixed-record';
import type { ServeRole } from '../../runtime/src/serve';
import { call } from '../runtime/support/http-client';
import { removeTemporaryDirectories } from '../support/package-builder';
import {
  adapter,
  csvBody,
  csvRequest,
  numberColumn,
  responseOf,
  soapRequest,
  textColumn,
  xmlRequest,
} from './support/adapters';
import { predictions, rowsOf, send, serveAdapters } from './support/rows';

const NAMES = Object.keys(rowsOf(1)[0]!);
const fixed = {
  format: 'fixed-width' as const,
  recordLength: 20 * NAMES.length,
  separator: '\n' as const,
  encoding: 'utf-8' as const,
  columns: NAMES.map((name, i) =>
    name === 'sex'
      ? textColumn({ name, start: 20 * i + 1, length: 20 })
      : numberColumn({ name, start: 20 * i + 1, length: 20, decimals: 15, sign: 'trailing' }),
  ),
};
const VALUE = {
  ...fixed,
  recordLength: 24,
  columns: [numberColumn({ length: 24, decimals: 15, point: '.', pad: ' ' })],
};

let role: ServeRole;

beforeAll(async () => {
  role = await serveAdapters([
    adapter(),
    adapter({ name: 'csv', path: '/legacy/csv', request: csvRequest(), response: responseOf(csvBody()) }),
    adapter({
      name: 'decimal',
      path: '/legacy/decimal',
      request: csvRequest({ delimiter: ';', decimal: ',', header: false, encoding: 'latin1' }),
      response: responseOf(csvBody({ delimiter: ';', decimal: ',', header: false, lineEnd: '\r\n' })),
    }),
    adapter({
      name: 'fixed',
      path: '/legacy/fixed',
      request: { ...fixed, map: null },
      response: responseOf(VALUE),
    }),
    adapter({
      name: 'xml',
      path: '/legacy/xml',
      request: xmlRequest(),
      response: responseOf({
        format: 'xml',
        root: 'Results',
        row: 'Result',
        namespace: 'urn:example:results',
      }),
    }),
    adapter({
      name: 'soap',
      path: '/legacy/soap',
      request: soapRequest(),
      response: responseOf({ format: 'soap', operation: 'ScoreResponse', row: 'prediction' }),
    }),
    adapter({
      name: 'form',
      path: '/legacy/form',
      methods: ['POST', 'GET'],
      request: { format: 'form-urlencoded', encoding: 'utf-8', map: null },
    }),
  ]);
});

afterAll(async () => {
  await role.stop();
  removeTemporaryDirectories();
});

const rows = rowsOf(4);
const values = async () => (await predictions(role, rows)).map(({ value }) => value);
const numbers = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map((match) => Number(match[1]));
const elements = (row: object) =>
  Object.entries(row)
    .map(([name, value]) => `<${name}>${value}</${name}>`)
    .join('');

describe('predictions are those of the own protocol, bit by bit', () => {
  test('JSON', async () => {
    const reply = await send(role, '/legacy/score', JSON.stringify(rows), 'application/json');
    expect(reply.status).toBe(200);
    expect(JSON.parse(reply.text)).toEqual(await predictions(role, rows));
    const one = await send(role, '/legacy/score', JSON.stringify(rows[0]), 'application/json');
    expect(JSON.parse(one.text)).toEqual([(await predictions(role, rows))[0]]);
  });

  test('CSV with a header', async () => {
    const lines = [NAMES, ...rows.map((row) => NAMES.map((name) => row[name]))].map((cells) =>
      cells.join(','),
    );
    const reply = await send(role, '/legacy/csv', lines.join('\n'), 'text/csv');
    expect([reply.status, reply.type]).toEqual([200, 'text/csv; charset=utf-8; header=present']);
    const [header, ...answered] = reply.text.trim().split('\n');
    expect(header!.split(',')[0]).toBe('value');
    expect(answered.map((line) => Number(line.split(',')[0]))).toEqual(await values());
  });

  test('CSV without a header, with semicolons and decimal commas', async () => {
    const lines = rows.map((row) => NAMES.map((name) => String(row[name]).replace('.', ',')).join(';'));
    const reply = await send(role, '/legacy/decimal', lines.join('\r\n'), 'text/csv');
    expect(reply.status).toBe(200);
    const answered = reply.text.trimEnd().split('\r\n');
    expect(answered.map((line) => Number(line.split(';')[0]!.replace(',', '.')))).toEqual(await values());
  });

  test('fixed width', async () => {
    const records = rows.map((row) => writeRecord(row, fixed));
    const reply = await send(role, '/legacy/fixed', `${records.join('\n')}\n`);
    expect([reply.status, reply.type]).toEqual([200, 'text/plain; charset=utf-8']);
    const records15 = reply.text.trimEnd().split('\n');
    expect(records15.map((line) => line.length)).toEqual([24, 24, 24, 24]);
    const answered = records15.map(Number);
    for (const [i, value] of (await values()).entries()) expect(answered[i]).toBe(Number(value.toFixed(15)));
  });

  test('XML', async () => {
    const body = `<Batch>${rows.map((row) => `<Patient>${elements(row)}</Patient>`).join('\n')}</Batch>`;
    const reply = await send(role, '/legacy/xml', body, 'application/xml');
    expect([reply.status, reply.type]).toEqual([200, 'application/xml; charset=utf-8']);
    expect(reply.text).toContain('<Results xmlns="urn:example:results"><Result>');
    expect(numbers(reply.text, /<value>([^<]+)<\/value>/g)).toEqual(await values());
  });

  test.each([
    ['1.1', 'http://schemas.xmlsoap.org/soap/envelope/', 'text/xml'],
    ['1.2', 'http://www.w3.org/2003/05/soap-envelope', 'application/soap+xml'],
  ])('SOAP %s', async (_, envelope, type) => {
    const patients = rows.map((row) => `<s:patient>${elements(row)}</s:patient>`).join('');
    const body = `<e:Envelope xmlns:e="${envelope}"><e:Header/><e:Body><s:Score xmlns:s="urn:example:scoring">${patients}</s:Score></e:Body></e:Envelope>`;
    const reply = await send(role, '/legacy/soap', body, type);
    expect([reply.status, reply.type]).toEqual([200, `${type}; charset=utf-8`]);
    expect(reply.text).toContain(
      `<soap:Envelope xmlns:soap="${envelope}"><soap:Body><ScoreResponse xmlns="urn:example:scoring">`,
    );
    expect(numbers(reply.text, /<value>([^<]+)<\/value>/g)).toEqual(await values());
  });

  test('a form, in the body and in the query', async () => {
    const form = new URLSearchParams(
      Object.fromEntries(Object.entries(rows[0]!).map(([name, value]) => [name, String(value)])),
    );
    const reply = await send(role, '/legacy/form', form.toString(), 'application/x-www-form-urlencoded');
    expect(JSON.parse(reply.text)[0].value).toBe((await values())[0]);
    const query = await call(role.ports.inference, 'GET', `/legacy/form?${form.toString()}`);
    expect(query.json[0].value).toBe((await values())[0]);
  });
});
