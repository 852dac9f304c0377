import type { ServeRole } from '../../runtime/src/serve';
import { call } from '../runtime/support/http-client';
import { removeTemporaryDirectories } from '../support/package-builder';
import {
  adapter,
  csvBody,
  csvRequest,
  errorsOf,
  numberColumn,
  responseOf,
  soapRequest,
  textColumn,
  xmlRequest,
} from './support/adapters';
import { rowsOf, send, serveAdapters } from './support/rows';

const ENVELOPE = 'http://schemas.xmlsoap.org/soap/envelope/';
const ENVELOPE12 = 'http://www.w3.org/2003/05/soap-envelope';
const [row] = rowsOf(1) as [Record<string, unknown>];
const NAMES = Object.keys(row);
const LINE = NAMES.map((name) => row[name]).join(',');

let role: ServeRole;

beforeAll(async () => {
  const xmlErrors = errorsOf({ format: 'xml', root: 'Failure', fields: { Code: 'code', Text: 'message' } });
  role = await serveAdapters([
    adapter({
      errors: errorsOf({ format: 'json', fields: { rc: 'code', msg: 'message', http: 'status' } }, 499),
    }),
    adapter({
      name: 'csv',
      path: '/legacy/csv',
      request: csvRequest(),
      response: responseOf(csvBody()),
      errors: errorsOf({ format: 'text', template: 'E|{code}|{message}\r\n', encoding: 'latin1' }),
    }),
    adapter({
      name: 'fixed',
      path: '/legacy/fixed',
      request: {
        format: 'fixed-width',
        recordLength: 10,
        separator: '\n',
        encoding: 'utf-8',
        columns: [textColumn({ name: 'sex', length: 2 }), numberColumn({ name: 'age', start: 3, length: 8 })],
        map: null,
      },
      errors: errorsOf({ format: 'text', template: '{status} {message}', encoding: 'utf-8' }),
    }),
    adapter({ name: 'xml', path: '/legacy/xml', request: xmlRequest(), errors: xmlErrors }),
    adapter({
      name: 'soap',
      path: '/legacy/soap',
      request: soapRequest(),
      response: responseOf({ format: 'soap', operation: 'ScoreResponse', row: 'prediction' }),
      errors: errorsOf({ format: 'soap' }),
    }),
    adapter({
      name: 'narrow',
      path: '/legacy/narrow',
      response: responseOf({
        format: 'fixed-width',
        recordLength: 3,
        separator: '\n',
        encoding: 'utf-8',
        columns: [numberColumn({ length: 3 })],
      }),
      errors: errorsOf({ format: 'text', template: '{code} {message}', encoding: 'utf-8' }),
    }),
    adapter({
      name: 'form',
      path: '/legacy/form',
      request: { format: 'form-urlencoded', encoding: 'utf-8', map: null },
    }),
  ]);
});

afterAll(async () => {
  await role.stop();
  removeTemporaryDirectories();
});

const soap = (content: string, envelope = ENVELOPE, header = '') =>
  `<e:Envelope xmlns:e="${envelope}">${header}<e:Body>${content}</e:Body></e:Envelope>`;
const score = (inner: string) => `<Score xmlns="urn:example:scoring">${inner}</Score>`;

describe('CSV', () => {
  test.each([
    [
      'a line with too few values',
      `${NAMES.join(',')}\n${LINE}\n\n1,2\n`,
      'REQUEST_INVALID|line 4 has 2 values instead of 10.',
    ],
    [
      'quotes without an end',
      `${NAMES.join(',')}\n"1`,
      'REQUEST_SYNTAX|The CSV ends inside of quotes that begin in line 2.',
    ],
    [
      'text behind quotes',
      `${NAMES.join(',')}\n\n"1"2,`,
      'REQUEST_SYNTAX|The CSV has text behind a closing quote in line 3.',
    ],
    ['nothing', '', 'REQUEST_INVALID|The CSV has no line.'],
    ['no row', NAMES.join(','), 'REQUEST_INVALID|The request has no row.'],
    ['a name twice', 'age,age\n1,2', 'REQUEST_INVALID|The header of the CSV has a name twice.'],
    ['bytes that are no UTF-8', Buffer.from([0xff, 0x41]), 'REQUEST_SYNTAX|The body is not UTF-8.'],
  ])('%s', async (_, body, told) => {
    const reply = await send(role, '/legacy/csv', body as string, 'text/csv');
    expect([reply.status, reply.type]).toEqual([400, 'text/plain; charset=iso-8859-1']);
    expect(reply.text).toBe(`E|${told}\r\n`);
  });

  test('a value that is none is told with its line, quoted lines counted', async () => {
    const csv = `${NAMES.join(',')}\n${LINE}\n${LINE.replace(/^[^,]+/, '"4\n2"')}\n${LINE.replace(/^[^,]+/, 'old')}\n`;
    const reply = await send(role, '/legacy/csv', csv, 'text/csv');
    expect(reply.status).toBe(400);
    expect(reply.text).toContain('INPUT_VALUE_TYPE at line 3.age: not a value of the dtype (got "4\\n2"');
    expect(reply.text).toContain('INPUT_VALUE_TYPE at line 5.age: not a value of the dtype (got "old"');
  });
});

describe('fixed width', () => {
  test.each([
    [
      'a short record',
      '1 00005900\n1 000\n',
      'line 2: not what the protocol demands (got 5 characters; allowed: records of 10 characters)',
    ],
    [
      'no number',
      '1 00005900\n1 0000x900\n',
      'line 2.age: not what the protocol demands (got age is not a number as its column has it: "0000x900"',
    ],
    ['a missing column of the model', '1 00005900\n', 'INPUT_MISSING at line 1.bmi'],
    ['nothing', '', 'The request has no row.'],
  ])('%s', async (_, body, told) => {
    const reply = await send(role, '/legacy/fixed', body);
    expect([reply.status, reply.type]).toEqual([400, 'text/plain; charset=utf-8']);
    expect(reply.text).toContain(told);
  });

  test('an answer without room is refused, not cut', async () => {
    const reply = await send(role, '/legacy/narrow', JSON.stringify([row]), 'application/json');
    expect(reply.status).toBe(500);
    expect(reply.text).toMatch(
      /^ADAPTER_FAILED The answer cannot be written: record 1: value has no room for \d/,
    );
  });
});

describe('JSON and forms', () => {
  test('a status of its own for the sender, and names of its own', async () => {
    const reply = await send(role, '/legacy/score', '{"rows"', 'application/json');
    expect(reply.status).toBe(499);
    expect(JSON.parse(reply.text)).toEqual({
      rc: 'REQUEST_SYNTAX',
      msg: 'The body is not valid JSON.',
      http: 499,
    });
    const method = await call(role.ports.inference, 'PUT', '/legacy/score', { body: [row] });
    expect([method.status, method.headers.allow]).toEqual([405, 'POST']);
    expect(method.json.rc).toBe('REQUEST_METHOD_NOT_ALLOWED');
    for (const body of ['[1]', '[]', '"x"', 'null', '[[1]]']) {
      const refused = await send(role, '/legacy/score', body, 'application/json');
      expect([body, refused.status]).toEqual([body, 499]);
    }
  });

  test('a percent sign that encodes nothing, and bytes that are no text', async () => {
    for (const form of ['age=%zz', 'age=%ff', 'age=%']) {
      expect((await send(role, '/legacy/form', form)).status).toBe(400);
    }
  });
});

describe('XML', () => {
  test.each([
    ['not closed', '<Batch>', 'REQUEST_SYNTAX', "line 1: the XML is not well-formed: Unclosed tag 'Batch'."],
    [
      'closed in the wrong order',
      '<Batch>\n<a><b></a></b></Batch>',
      'REQUEST_SYNTAX',
      'line 2: the XML is not well-formed',
    ],
    ['two roots', '<Batch/><Batch/>', 'REQUEST_SYNTAX', 'The XML must have one root element.'],
    ['no element', 'text', 'REQUEST_SYNTAX', 'not well-formed'],
    [
      'a document type',
      '<!DOCTYPE Batch [<!ENTITY a "b">]><Batch>&a;</Batch>',
      'REQUEST_SYNTAX',
      '&lt;!DOCTYPE',
    ],
    [
      'an unknown reference',
      '<Batch><Patient><age>&a;</age></Patient></Batch>',
      'REQUEST_SYNTAX',
      'stands for nothing: &amp;a;',
    ],
    [
      'a character XML does not have',
      '<Batch><Patient><age>&#0;</age></Patient></Batch>',
      'REQUEST_SYNTAX',
      'stands for nothing',
    ],
    [
      'a prefix without namespace',
      '<x:Batch/>',
      'REQUEST_SYNTAX',
      'line 1: the prefix x stands for no namespace.',
    ],
    [
      'another root',
      '<Other><Patient/></Other>',
      'REQUEST_INVALID',
      'The XML has no element Batch/Patient; its root is Other.',
    ],
    [
      'an encoding nobody knows',
      '<?xml version="1.0" encoding="EBCDIC-CP-US"?><Batch/>',
      'REQUEST_SYNTAX',
      'XML in EBCDIC-CP-US is not read',
    ],
    [
      'a name that would reach prototypes',
      '<Batch><__proto__/></Batch>',
      'REQUEST_SYNTAX',
      'The XML cannot be read',
    ],
  ])('%s', async (_, body, code, told) => {
    const reply = await send(role, '/legacy/xml', body, 'application/xml');
    expect([reply.status, reply.type]).toEqual([400, 'application/xml; charset=utf-8']);
    expect(reply.text).toContain(`<Failure><Code>${code}</Code><Text>`);
    expect(reply.text).toContain(told);
  });

  test('a value that is none is told with its element and line', async () => {
    const patient = (age: unknown) =>
      `\n<Patient>${NAMES.map((name) => `<${name}>${name === 'age' ? age : row[name]}</${name}>`).join('')}</Patient>`;
    const body = `<Batch>${patient(59)}${patient('old')}${patient('')}</Batch>`;
    const reply = await send(role, '/legacy/xml', body, 'application/xml');
    expect(reply.status).toBe(400);
    expect(reply.text).toContain('INPUT_VALUE_TYPE at Patient 2 (line 3).age');
    expect(reply.text).toContain('INPUT_MISSING at Patient 3 (line 4).age');
  });
});

describe('SOAP', () => {
  test.each([
    ['1.1', ENVELOPE, 'text/xml', 500, '<faultcode>soap:Client</faultcode><faultstring>'],
    [
      '1.2',
      ENVELOPE12,
      'application/soap+xml',
      400,
      '<soap:Code><soap:Value>soap:Sender</soap:Value></soap:Code>',
    ],
  ])('faults of %s', async (_, envelope, type, status, code) => {
    const wrong = [
      soap(score(''), envelope),
      soap('<Other/>', envelope),
      soap(score('<patient/>'), envelope),
    ];
    for (const body of wrong) {
      const reply = await send(role, '/legacy/soap', body, type);
      expect([reply.status, reply.type]).toEqual([status, `${type}; charset=utf-8`]);
      expect(reply.text).toContain(`<soap:Envelope xmlns:soap="${envelope}"><soap:Body><soap:Fault>`);
      expect(reply.text).toContain(code);
      expect(reply.text).toContain('<requestId>');
    }
  });

  test('what is not an envelope gets a fault too', async () => {
    for (const body of ['', '<a/>', '<Envelope/>', '{}', soap('')]) {
      const reply = await send(role, '/legacy/soap', body, 'text/xml');
      expect([body, reply.status]).toEqual([body, 500]);
      expect(reply.text).toContain('<soap:Fault>');
    }
  });

  test('another version of SOAP, and a header that must be understood', async () => {
    const other = await send(role, '/legacy/soap', soap(score(''), 'urn:soap-2'), 'text/xml');
    expect([other.status, other.text]).toEqual([500, expect.stringContaining('soap:VersionMismatch')]);
    for (const [envelope, type] of [
      [ENVELOPE, 'text/xml'],
      [ENVELOPE12, 'application/soap+xml'],
    ] as const) {
      const header = '<e:Header><w:Security xmlns:w="urn:w" e:mustUnderstand="1"/></e:Header>';
      const reply = await send(role, '/legacy/soap', soap(score(''), envelope, header), type);
      expect([reply.status, reply.text]).toEqual([500, expect.stringContaining('soap:MustUnderstand')]);
    }
  });

  test('errors of HTTP keep their status', async () => {
    const reply = await call(role.ports.inference, 'GET', '/legacy/soap');
    expect([reply.status, reply.headers.allow]).toEqual([405, 'POST']);
    expect(reply.text).toContain('<faultcode>soap:Client</faultcode>');
    const large = await send(role, '/legacy/soap', ' '.repeat(1_000_001), 'application/soap+xml');
    expect([large.status, large.type]).toEqual([413, 'application/soap+xml; charset=utf-8']);
  });
});
