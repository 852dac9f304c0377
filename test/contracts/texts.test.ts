import fc from 'fast-check';
import { parseCsv } from '../../runtime/src/protocols/contracts/csv-text';
import { parseLenientJson } from '../../runtime/src/protocols/contracts/lenient-json';
import { chooseMedia } from '../../runtime/src/protocols/contracts/media-choice';
import {
  vertexRoutes,
  withVertexEnvironment,
} from '../../runtime/src/protocols/contracts/vertex-environment';
import { testConfig } from '../runtime/support/packages';

test('JSON is parsed as JSON', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(parseLenientJson(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('words for numbers are understood between values, and left alone in strings', () => {
  expect(parseLenientJson('[NaN, Infinity, -Infinity, "NaN \\" Infinity"]')).toEqual([
    null,
    Infinity,
    -Infinity,
    'NaN " Infinity',
  ]);
  for (const text of ['NaNNaN', '[Infinity1]', '["NaN', '{NaN: 1}', '-NaN']) {
    expect(() => parseLenientJson(text)).toThrow(SyntaxError);
  }
});

test('strings are kept whatever is around them', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string(), fc.constant('NaN'), fc.constant('\\"Infinity'))),
      (strings) => {
        const text = JSON.stringify([...strings, 0]).replace(/0\]$/, 'NaN]');
        expect(parseLenientJson(text)).toEqual([...strings, null]);
      },
    ),
  );
});

test('CSV comes back as it was written', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '1', ',', '"', '\n', '\r', ' ') });
  const written = (text: string) => `"${text.replaceAll('"', '""')}"`;
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1 }), (lines) => {
      const text = lines.map((line) => line.map(written).join(',')).join('\r\n');
      expect(parseCsv(text)).toEqual(lines);
    }),
  );
});

test.each<[string, string[][]]>([
  ['', []],
  ['1,2', [['1', '2']]],
  [
    '1,\n\n,2\r\n',
    [
      ['1', ''],
      ['', '2'],
    ],
  ],
  ['\ufeffa,"b ""c"""\n', [['a', 'b "c"']]],
])('CSV %j', (text, lines) => {
  expect(parseCsv(text)).toEqual(lines);
});

test.each(['"a', 'a,"b"c'])('CSV %j is refused', (text) => {
  expect(() => parseCsv(text)).toThrow('CSV');
});

test.each<[string | undefined, 'application/json' | 'text/csv', string]>([
  [undefined, 'text/csv', 'text/csv'],
  ['*/*', 'text/csv', 'text/csv'],
  ['text/csv', 'application/json', 'text/csv'],
  ['application/json;q=0.2, text/*;q=0.9', 'application/json', 'text/csv'],
  ['text/csv;q=0, */*', 'text/csv', 'application/json'],
])('Accept: %s with %s chooses %s', (accept, usual, chosen) => {
  expect(chooseMedia(accept, usual)).toBe(chosen);
});

describe('the environment of Vertex AI', () => {
  const config = testConfig(['diabetes/1'], { contracts: ['vertex'] });

  test('sets port and place of the model, and leaves the digest', () => {
    const changed = withVertexEnvironment(config, {
      AIP_HTTP_PORT: '8123',
      AIP_STORAGE_URI: 'gs://bucket/model',
    });
    expect(changed.listeners.inference).toEqual({ ...config.listeners.inference, port: 8123 });
    expect(changed.models).toEqual([{ ...config.models[0], uri: 'gs://bucket/model' }]);
  });

  test('is not looked at without the contract', () => {
    const plain = testConfig(['diabetes/1']);
    expect(withVertexEnvironment(plain, { AIP_HTTP_PORT: 'x' })).toBe(plain);
  });

  test.each([{ AIP_HTTP_PORT: '80a' }, { AIP_HTTP_PORT: '70000' }])('%j is refused', (environment) => {
    expect(() => withVertexEnvironment(config, environment)).toThrow('CONFIG_CONTRACT_ENVIRONMENT');
  });

  test('storage for several models is refused', () => {
    const several = testConfig(['breast-cancer/1', 'breast-cancer/2'], { contracts: ['vertex'] });
    expect(() => withVertexEnvironment(several, { AIP_STORAGE_URI: 'gs://b/m' })).toThrow('AIP_STORAGE_URI');
  });

  test('routes', () => {
    expect(vertexRoutes({})).toEqual({ health: '/health', predict: '/predict' });
    expect(() => vertexRoutes({ AIP_HEALTH_ROUTE: 'health', AIP_PREDICT_ROUTE: '/a?b' })).toThrow(
      /2 problems/,
    );
  });
});
