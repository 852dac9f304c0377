import type { AdapterConfig, FixedColumn } from '@inferstack/runtime/contract';

type Change = Partial<AdapterConfig>;

/** An adapter as a library would write it: JSON in, JSON out, unless said otherwise. */
export function adapter(change: Change = {}): AdapterConfig {
  return {
    name: 'legacy',
    path: '/legacy/score',
    methods: ['POST'],
    model: 'diabetes',
    version: null,
    request: { format: 'json', map: null },
    response: { body: { format: 'json' }, map: null, contentType: null, status: 200 },
    errors: {
      body: { format: 'json', fields: { error: 'message', code: 'code', requestId: 'requestId' } },
      senderStatus: null,
    },
    mapTimeoutMs: 1000,
    ...change,
  };
}

type Request<Format extends string> = Extract<AdapterConfig['request'], { format: Format }>;
type Body<Format extends string> = Extract<AdapterConfig['response']['body'], { format: Format }>;

export function csvRequest(change: Partial<Request<'csv'>> = {}): Request<'csv'> {
  return {
    format: 'csv',
    delimiter: ',',
    quote: '"',
    header: true,
    columns: null,
    encoding: 'utf-8',
    decimal: '.',
    nullTokens: ['', 'null'],
    map: null,
    ...change,
  };
}

export function csvBody(change: Partial<Body<'csv'>> = {}): Body<'csv'> {
  return {
    format: 'csv',
    delimiter: ',',
    quote: '"',
    header: true,
    columns: null,
    encoding: 'utf-8',
    decimal: '.',
    lineEnd: '\n',
    nullToken: '',
    ...change,
  };
}

export function soapRequest(change: Partial<Request<'soap'>> = {}): Request<'soap'> {
  return {
    format: 'soap',
    version: 'any',
    operation: 'Score',
    namespace: 'urn:example:scoring',
    row: 'patient',
    fields: null,
    map: null,
    ...change,
  };
}

export function xmlRequest(change: Partial<Request<'xml'>> = {}): Request<'xml'> {
  return { format: 'xml', rows: 'Batch/Patient', fields: null, namespace: null, map: null, ...change };
}

/** A response in a format, without a mapping unless said. */
export function responseOf(
  body: AdapterConfig['response']['body'],
  change: Partial<AdapterConfig['response']> = {},
): AdapterConfig['response'] {
  return { body, map: null, contentType: null, status: 200, ...change };
}

export function errorsOf(
  body: AdapterConfig['errors']['body'],
  senderStatus: number | null = null,
): AdapterConfig['errors'] {
  return { body, senderStatus };
}

export type NumberColumn = Extract<FixedColumn, { type: 'number' }>;
export type TextColumn = Extract<FixedColumn, { type: 'text' }>;

export function numberColumn(change: Partial<NumberColumn> = {}): NumberColumn {
  return {
    name: 'value',
    start: 1,
    length: 8,
    type: 'number',
    decimals: 2,
    point: 'implied',
    sign: 'none',
    plus: ' ',
    pad: '0',
    ...change,
  };
}

export function textColumn(change: Partial<TextColumn> = {}): TextColumn {
  return { name: 'label', start: 1, length: 8, type: 'text', align: 'left', pad: ' ', trim: true, ...change };
}
