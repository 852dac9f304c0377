import { queryNumber } from '../../runtime/src/rollout/prometheus-query';
import { answers, FigureServer } from './support/figures';

const server = new FigureServer();
let url: string;

beforeAll(async () => {
  url = await server.start();
});
afterAll(() => server.stop());

test('asks as the API is documented', async () => {
  server.said = answers.vector('0.25');
  expect(await queryNumber(`${url}/prefix/`, 'sum(rate(orders_total[5m]))')).toBe(0.25);
  expect(server.queries.at(-1)).toBe('POST /prefix/api/v1/query sum(rate(orders_total[5m]))');
});

test.each([
  ['a scalar', answers.scalar('7'), 7],
  ['nothing', answers.vector(), undefined],
  ['no number', answers.vector('NaN'), Number.NaN],
  ['infinity', answers.vector('+Inf'), Number.POSITIVE_INFINITY],
  ['infinity', answers.vector('-Inf'), Number.NEGATIVE_INFINITY],
])('%s', async (_, said, value) => {
  server.said = said;
  expect(await queryNumber(url, 'q')).toBe(value);
});

test.each([
  ['several series', answers.vector('1', '2'), 'the query gives 2 series; one is needed'],
  ['a refusal', answers.error('parse error'), 'the answer is status 400: parse error'],
  ['a page', { status: 502, text: '<html>' }, 'the answer is status 502 and not JSON'],
  ['a matrix', { text: '{"status":"success","data":{"resultType":"matrix","result":[]}}' }, 'gives a matrix'],
  ['null', { text: 'null' }, 'the answer is status 200: no success'],
  ['no sample', { text: '{"status":"success","data":{"resultType":"vector","result":[null]}}' }, 'no sample'],
  ['a flood', { text: `"${'x'.repeat(70_000)}"` }, 'the answer is longer than 65536 bytes'],
])('%s is no figure', async (_, said, message) => {
  server.said = said;
  await expect(queryNumber(url, 'q')).rejects.toThrow(message);
});

test('a server that says nothing is not waited for', async () => {
  server.said = 'silence';
  await expect(queryNumber(url, 'q', 50)).rejects.toThrow(/timeout/);
});

test('a server that is not there', async () => {
  await expect(queryNumber('http://127.0.0.1:1', 'q')).rejects.toThrow(/ECONNREFUSED|bad port/);
});
