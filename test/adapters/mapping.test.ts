import type { AdapterConfig } from '@inferstack/runtime/contract';
import type { ServeRole } from '../../runtime/src/serve';
import { get } from '../runtime/support/http-client';
import { removeTemporaryDirectories } from '../support/package-builder';
import { adapter, csvRequest, responseOf, xmlRequest } from './support/adapters';
import { predictions, rowsOf, send, serveAdapters } from './support/rows';

const rows = rowsOf(3);
const RENAMED = `orders.{
  "age": $number(customer.years), "sex": customer.kind, "bmi": data[0], "bp": data[1],
  "s1": data[2], "s2": data[3], "s3": data[4], "s4": data[5], "s5": data[6], "s6": data[7]
}`;
const orders = (list: readonly Record<string, unknown>[]) => ({
  batch: 'B-17',
  orders: list.map(({ age, sex, ...rest }) => ({
    customer: { years: String(age), kind: sex },
    data: Object.values(rest),
  })),
});

const mapped = (name: string, request: string | null, response: string | null = null): AdapterConfig =>
  adapter({
    name,
    path: `/legacy/${name}`,
    request: { format: 'json', map: request },
    response: responseOf({ format: 'json' }, { map: response }),
    mapTimeoutMs: 200,
  });

let role: ServeRole;

beforeAll(async () => {
  role = await serveAdapters([
    mapped(
      'orders',
      RENAMED,
      '{"batch": request.batch, "model": model & "/" & version, "id": requestId, "results": [predictions.value]}',
    ),
    mapped('endless', '($f := function($x) { $f($x + 1) }; $f(1))'),
    mapped('deep', '($f := function($x) { 1 + $f($x) }; $f(1))'),
    mapped('many', '[1..10000000]'),
    mapped('endless-answer', null, '($f := function() { $f() }; $f())'),
    mapped('failing', '$error("the field X is missing")'),
    mapped('function', 'function($x) { $x }'),
    mapped('nothing', 'absent'),
    mapped('reaching', 'constructor.constructor("return process")()'),
    adapter({
      name: 'text',
      path: '/legacy/text',
      response: responseOf(
        { format: 'text', encoding: 'latin1' },
        {
          map: '"OK|" & $join(predictions.$formatNumber(value, "0.00"), "|") & "|é"',
          status: 202,
          contentType: 'text/x-scores',
        },
      ),
    }),
    adapter({
      name: 'document',
      path: '/legacy/document',
      request: xmlRequest({
        rows: null,
        map: 'Batch.Case.$merge([{"sex": `@kind`}, Value.{`@name`: `#text`}])',
      }),
    }),
    adapter({
      name: 'filtered',
      path: '/legacy/filtered',
      request: csvRequest({ map: '$[use = "y"].$sift(function($v, $k) { $k != "use" })' }),
    }),
  ]);
});

afterAll(async () => {
  await role.stop();
  removeTemporaryDirectories();
});

const json = (name: string, body: unknown) =>
  send(role, `/legacy/${name}`, JSON.stringify(body), 'application/json');

test('requests and answers of another shape', async () => {
  const expected = (await predictions(role, rows)).map(({ value }) => value);
  const reply = await json('orders', orders(rows));
  expect(JSON.parse(reply.text)).toEqual({
    batch: 'B-17',
    model: 'diabetes/1',
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    results: expected,
  });
  // One row is one row, although a sequence of one is no list in JSONata.
  const one = await json('orders', orders(rows.slice(0, 1)));
  expect(JSON.parse(one.text).results).toEqual(expected.slice(0, 1));
});

test('a text made by a mapping, with status and media type of its own', async () => {
  const reply = await json('text', rows);
  expect([reply.status, reply.type]).toEqual([202, 'text/x-scores']);
  const values = (await predictions(role, rows)).map(({ value }) => value.toFixed(2));
  expect(reply.bytes.toString('latin1')).toBe(`OK|${values.join('|')}|é`);
});

test('a whole document of XML', async () => {
  const cases = rows.map(({ sex, ...values }) => {
    const list = Object.entries(values).map(([name, value]) => `<Value name="${name}">${value}</Value>`);
    return `<Case kind="${sex}">${list.join('')}</Case>`;
  });
  const reply = await send(role, '/legacy/document', `<Batch>${cases.join('')}</Batch>`, 'text/xml');
  expect(JSON.parse(reply.text)).toEqual(await predictions(role, rows));
});

test('rows left out by a mapping: places of rows are no longer known', async () => {
  const names = Object.keys(rows[0]!);
  const line = (row: Record<string, unknown>, use: string) =>
    [...names.map((name) => row[name]), use].join(',');
  const csv = [[...names, 'use'].join(','), line(rows[0]!, 'n'), line(rows[1]!, 'y'), line(rows[2]!, 'y')];
  const reply = await send(role, '/legacy/filtered', csv.join('\n'), 'text/csv');
  expect(JSON.parse(reply.text)).toEqual((await predictions(role, rows)).slice(1));
  const wrong = csv.join('\n').replace(/\n[^,]+(,[^\n]*y)$/m, '\nold$1');
  const refused = await send(role, '/legacy/filtered', wrong, 'text/csv');
  expect(refused.text).toMatch(/INPUT_VALUE_TYPE at rows\[\d\]\.age/);
});

test.each([
  ['endless', 'D1012', 'Evaluation timeout after 200 milliseconds'],
  ['endless-answer', 'D1012', 'Evaluation timeout after 200 milliseconds'],
  ['deep', 'D1011', 'Stack overflow'],
  ['many', 'D2015', 'The maximum sequence length of 10000000 was exceeded'],
])('%s is stopped, and the runtime goes on', async (name, _, told) => {
  const reply = await json(name, rows);
  expect(reply.status).toBe(500);
  const { code, error } = JSON.parse(reply.text);
  expect([code, error]).toEqual(['ADAPTER_FAILED', expect.stringContaining(told)]);
  expect((await get(role.ports.inference, '/v2/health/live')).status).toBe(200);
  expect((await json('orders', orders(rows))).status).toBe(200);
});

test.each([
  ['failing', {}, 'D3137'],
  ['failing', {}, 'the field X is missing'],
  [
    'orders',
    { orders: [{ customer: { years: 'old' } }] },
    'request.map of adapter orders cannot be applied: D3030 at character',
  ],
  ['orders', {}, 'The request has no row.'],
  ['function', {}, 'The request has no row.'],
  ['nothing', {}, 'The request has no row.'],
  ['reaching', {}, 'The request has no row.'],
])('%s refuses what it cannot map', async (name, body, told) => {
  const reply = await json(name, body);
  expect([reply.status, reply.text]).toEqual([400, expect.stringContaining(told)]);
});

test('expressions and paths that cannot be are told before anything listens', async () => {
  const start = (change: Partial<AdapterConfig>) => serveAdapters([adapter(change)]);
  await expect(start({ request: { format: 'json', map: '{"a": ' } })).rejects.toThrow(
    /ADAPTER_EXPRESSION at INFERSTACK_CONFIG: adapters\[0\]\.request\.map: S0203 at character \d/,
  );
  await expect(start({ path: '/v2/score' })).rejects.toThrow(
    'ADAPTER_PATH at INFERSTACK_CONFIG: adapters[0].path',
  );
  await expect(start({ model: 'absent' })).rejects.toThrow('ADAPTER_MODEL');
  await expect(start({ version: '9' })).rejects.toThrow('ADAPTER_MODEL');
  await expect(serveAdapters([adapter(), adapter()])).rejects.toThrow('another adapter has this path');
  await expect(start({ methods: ['GET'] })).rejects.toThrow('a GET has no body to read');
});
