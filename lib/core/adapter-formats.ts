import type { AdapterConfig, FixedColumn } from '@inferstack/runtime/contract';
import type {
  AdapterErrorOptions,
  AdapterResponseOptions,
  CsvDialectOptions,
  CsvRequestOptions,
  ErrorFields,
  FixedWidthColumn,
  FixedWidthOptions,
  FormRequestOptions,
  MappedOptions,
  SoapRequestOptions,
  XmlRequestOptions,
} from './adapter-options';

type Request = AdapterConfig['request'];
type Body = AdapterConfig['response']['body'];
type Errors = AdapterConfig['errors'];

/** What is said of values in CSV unless told otherwise. */
const NULL_TOKENS = ['', 'na', 'nan', 'null', 'none'];
const FIELDS: ErrorFields = { error: 'message', code: 'code', requestId: 'requestId' };
const TEMPLATE = '{code}: {message}\n';

export const jsonRequest = ({ map }: MappedOptions = {}): Request => ({ format: 'json', map: map ?? null });

export const formRequest = ({ encoding, map }: FormRequestOptions = {}): Request => ({
  format: 'form-urlencoded',
  encoding: encoding ?? 'utf-8',
  map: map ?? null,
});

export const csvRequest = (options: CsvRequestOptions = {}): Request => ({
  ...dialect(options),
  columns: options.columns === undefined ? null : [...options.columns],
  nullTokens: [...(options.nullTokens ?? NULL_TOKENS)],
  map: options.map ?? null,
});

export const fixedWidthRequest = (options: FixedWidthOptions & MappedOptions): Request => ({
  ...fixedWidth(options),
  map: options.map ?? null,
});

export const xmlRequest = ({ rows, fields, namespace, map }: XmlRequestOptions): Request => ({
  format: 'xml',
  rows: rows ?? null,
  fields: fields === undefined ? null : { ...fields },
  namespace: namespace ?? null,
  map: map ?? null,
});

export const soapRequest = (options: SoapRequestOptions): Request => ({
  format: 'soap',
  version: options.version ?? 'any',
  operation: options.operation,
  namespace: options.namespace,
  row: options.row ?? 'row',
  fields: options.fields === undefined ? null : { ...options.fields },
  map: options.map ?? null,
});

/** @param request of a SOAP operation, whose name the answer has. */
export function responseBody(options: AdapterResponseOptions, request: Request): Body {
  switch (options.format) {
    case 'json':
      return { format: 'json' };
    case 'text':
      return { format: 'text', encoding: options.encoding ?? 'utf-8' };
    case 'csv':
      return {
        ...dialect(options),
        columns: options.columns === undefined ? null : [...options.columns],
        lineEnd: options.lineEnd ?? '\n',
        nullToken: options.nullToken ?? '',
      };
    case 'fixed-width':
      return fixedWidth(options);
    case 'xml':
      return {
        format: 'xml',
        root: options.root ?? 'Predictions',
        row: options.row ?? 'Prediction',
        namespace: options.namespace ?? null,
      };
    case 'soap': {
      const operation = request.format === 'soap' ? `${request.operation}Response` : 'Response';
      return {
        format: 'soap',
        operation: options.operation ?? operation,
        row: options.row ?? 'prediction',
      };
    }
  }
}

export function errorBody(options: AdapterErrorOptions): Errors['body'] {
  switch (options.format) {
    case 'json':
      return { format: 'json', fields: { ...(options.fields ?? FIELDS) } };
    case 'xml':
      return { format: 'xml', root: options.root ?? 'Error', fields: { ...(options.fields ?? FIELDS) } };
    case 'soap':
      return { format: 'soap' };
    case 'text':
      return {
        format: 'text',
        template: options.template ?? TEMPLATE,
        encoding: options.encoding ?? 'utf-8',
      };
  }
}

/** Errors of a response in this format, unless told otherwise. */
export function usualErrors(format: Body['format']): AdapterErrorOptions {
  return { format: format === 'csv' || format === 'fixed-width' ? 'text' : format };
}

function dialect(options: CsvDialectOptions) {
  return {
    format: 'csv' as const,
    delimiter: options.delimiter ?? ',',
    quote: options.quote === undefined ? '"' : options.quote,
    header: options.header ?? true,
    encoding: options.encoding ?? 'utf-8',
    decimal: options.decimal ?? '.',
  };
}

function fixedWidth({ columns, recordLength, separator, encoding }: FixedWidthOptions) {
  const placed: FixedColumn[] = [];
  for (const column of columns) placed.push(fixedColumn(column, endOf(placed.at(-1)) + 1));
  return {
    format: 'fixed-width' as const,
    columns: placed,
    recordLength: recordLength ?? Math.max(...placed.map(endOf)),
    separator: separator ?? '\n',
    encoding: encoding ?? 'utf-8',
  };
}

const endOf = (column: FixedColumn | undefined): number =>
  column === undefined ? 0 : column.start + column.length - 1;

function fixedColumn(column: FixedWidthColumn, next: number): FixedColumn {
  const { name, length } = column;
  const place = { name, start: column.start ?? next, length };
  if (column.type === 'number') {
    return {
      ...place,
      type: 'number',
      decimals: column.decimals ?? 0,
      point: column.point ?? 'implied',
      sign: column.sign ?? 'none',
      plus: column.plus ?? '+',
      pad: column.pad ?? '0',
    };
  }
  const { align, pad, trim } = column;
  return { ...place, type: 'text', align: align ?? 'left', pad: pad ?? ' ', trim: trim ?? true };
}
