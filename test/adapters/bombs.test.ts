import type { ServeRole } from '../../runtime/src/serve';
import { removeTemporaryDirectories } from '../support/package-builder';
import { adapter, soapRequest, xmlRequest } from './support/adapters';
import { predictions, rowsOf, send, serveAdapters } from './support/rows';

let role: ServeRole;

beforeAll(async () => {
  role = await serveAdapters([
    adapter({ request: xmlRequest() }),
    adapter({ name: 'soap', path: '/legacy/soap', request: soapRequest() }),
  ]);
});

afterAll(async () => {
  await role.stop();
  removeTemporaryDirectories();
});

const entities = Array.from({ length: 10 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join(
  '',
);

test.each([
  [
    'a billion laughs',
    `<?xml version="1.0"?><!DOCTYPE Batch [<!ENTITY l0 "lol">${entities}]><Batch>&l10;</Batch>`,
  ],
  [
    'one entity many times',
    `<!DOCTYPE Batch [<!ENTITY a "${'a'.repeat(50_000)}">]><Batch>${'&a;'.repeat(50_000)}</Batch>`,
  ],
  ['a file', '<!DOCTYPE Batch [<!ENTITY a SYSTEM "file:///etc/passwd">]><Batch>&a;</Batch>'],
  ['a parameter entity', '<!DOCTYPE Batch [<!ENTITY % a SYSTEM "http://127.0.0.1:9/a.dtd"> %a;]><Batch/>'],
  ['a document type in the content', '<Batch><!DOCTYPE Batch [<!ENTITY a "b">]>&a;</Batch>'],
  ['nesting without end', '<a>'.repeat(150_000) + '</a>'.repeat(130_000)],
  ['nesting beyond the limit', `<Batch>${'<a>'.repeat(100)}${'</a>'.repeat(100)}</Batch>`],
  ['comments without end', `<Batch>${'<!--'.repeat(200_000)}`],
  ['CDATA without end', `<Batch>${'<![CDATA['.repeat(100_000)}`],
  ['an attribute without end', `<Batch a="${'>'.repeat(900_000)}`],
  ['tags without end', `<Batch>${'<b '.repeat(300_000)}`],
])('%s is refused', async (_, xml) => {
  for (const [path, status] of [
    ['/legacy/score', 400],
    ['/legacy/soap', 400],
  ] as const) {
    const reply = await send(role, path, xml, 'text/xml');
    expect([reply.status, reply.text]).toEqual([status, expect.stringContaining('REQUEST_SYNTAX')]);
  }
});

test('more tags than a body has rows are refused before they become objects', async () => {
  const { parseXml } = await import('../../runtime/src/adapters/xml/parse-xml.js');
  expect(() => parseXml(`<a>${'<b/>'.repeat(500_001)}</a>`)).toThrow('more than 500000 tags');
});

test('CDATA is text, and nothing in it is read', async () => {
  const [row] = rowsOf(1) as [Record<string, unknown>];
  const values = Object.entries(row).map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`);
  const reply = await send(role, '/legacy/score', `<Batch><Patient>${values.join('')}</Patient></Batch>`);
  expect(JSON.parse(reply.text)).toEqual(await predictions(role, [row]));
  const hidden = `<Batch><Patient><age><![CDATA[</age>&lt;<a>]]></age></Patient></Batch>`;
  const refused = await send(role, '/legacy/score', hidden);
  expect(JSON.parse(refused.text).error).toContain('(got "</age>&lt;<a>"');
});

test('references are those of XML alone', async () => {
  const text = '<Batch><Patient><age>&#x35;&#57;&amp;&lt;&gt;&quot;&apos;</age></Patient></Batch>';
  const reply = await send(role, '/legacy/score', text);
  expect(JSON.parse(reply.text).error).toContain(String.raw`(got "59&<>\"'"`);
});
