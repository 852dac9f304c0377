import type { AdapterConfig, AdapterFact } from '@inferstack/runtime/contract';
import type { DurationLike } from './duration';

/** What every adapter has. */
export interface AdapterOptions {
  /** Where callers ask, such as `/legacy/score`. What the runtime or a contract answers already is refused. */
  readonly path: string;
  /** In metrics, the log and the OpenAPI document. @default - the path with hyphens: `legacy-score` */
  readonly name?: string;
  /** @default ['POST'] */
  readonly methods?: readonly AdapterMethod[];
  /** Name of the model or pipeline that answers. @default - the first pipeline of the endpoint, or its main model */
  readonly model?: string;
  /** @default - the highest that is served */
  readonly version?: string;
  /** How predictions are written. @default - in the format of the request, without a mapping */
  readonly response?: AdapterResponseOptions;
  /** How errors are written. @default - in the format of the response; text for CSV, fixed width and text */
  readonly errors?: AdapterErrorOptions;
  /** Longest time of one JSONata expression. @default Duration.seconds(1) */
  readonly mapTimeout?: DurationLike;
}

export type AdapterMethod = AdapterConfig['methods'][number];
export type TextEncoding = 'utf-8' | 'latin1' | 'utf-16';

export interface JsonAdapterOptions extends AdapterOptions {
  /** @default - the body is a list of rows, or one row */
  readonly request?: MappedOptions;
}

export interface MappedOptions {
  /** JSONata expression from what was read to the rows. @default - what was read are the rows */
  readonly map?: string;
}

export interface FormAdapterOptions extends AdapterOptions {
  /** @default - the fields are one row, in UTF-8 */
  readonly request?: FormRequestOptions;
}

export interface FormRequestOptions extends MappedOptions {
  /** Of what percent signs encode. @default 'utf-8' */
  readonly encoding?: TextEncoding;
}

export interface CsvAdapterOptions extends AdapterOptions {
  /** @default - see each option */
  readonly request?: CsvRequestOptions;
}

export interface CsvDialectOptions {
  /** Between two values. @default ',' */
  readonly delimiter?: string;
  /** Around values, doubled inside of them; null: values are never quoted. @default '"' */
  readonly quote?: string | null;
  /** Whether the first line names the columns. @default true */
  readonly header?: boolean;
  /** @default 'utf-8' */
  readonly encoding?: TextEncoding;
  /** Between whole and fraction of a number. @default '.' */
  readonly decimal?: '.' | ',';
}

export interface CsvRequestOptions extends CsvDialectOptions, MappedOptions {
  /** Names of the columns; a header must say the same. @default - the header, else the columns of the model in order */
  readonly columns?: readonly string[];
  /** Texts that say a value is missing, in any case. @default ['', 'na', 'nan', 'null', 'none'] */
  readonly nullTokens?: readonly string[];
}

export interface CsvResponseOptions extends CsvDialectOptions {
  /** What is written, in order. @default - the members of the first row that are no lists or objects */
  readonly columns?: readonly string[];
  /** @default '\n' */
  readonly lineEnd?: '\n' | '\r\n';
  /** Written for a missing value. @default '' */
  readonly nullToken?: string;
}

export interface FixedWidthAdapterOptions extends AdapterOptions {
  readonly request: FixedWidthOptions & MappedOptions;
  /** How predictions are written: nothing is known of their columns. */
  readonly response: AdapterResponseOptions;
}

export interface FixedWidthOptions {
  readonly columns: readonly FixedWidthColumn[];
  /** Characters of a record, without what ends it. @default - the end of the last column */
  readonly recordLength?: number;
  /** What ends a record; '' for nothing. Read are both line ends. @default '\n' */
  readonly separator?: '\n' | '\r\n' | '';
  /** @default 'utf-8' */
  readonly encoding?: TextEncoding;
}

interface ColumnPlace {
  readonly name: string;
  /** Characters. */
  readonly length: number;
  /** First character, the record beginning with 1. @default - behind the column before */
  readonly start?: number;
}

export interface FixedWidthText extends ColumnPlace {
  /** @default 'text' */
  readonly type?: 'text';
  /** @default 'left' */
  readonly align?: 'left' | 'right';
  /** Fills the column up. @default ' ' */
  readonly pad?: string;
  /** Whether the filling is taken off when the column is read. @default true */
  readonly trim?: boolean;
}

export interface FixedWidthNumber extends ColumnPlace {
  readonly type: 'number';
  /** Digits behind the decimal point. @default 0 */
  readonly decimals?: number;
  /** How the decimal point is written; implied: not at all, as V in a COBOL picture. @default 'implied' */
  readonly point?: 'implied' | '.' | ',';
  /**
   * Where the sign stands. `leading`, `trailing`: a character of its own, as SIGN SEPARATE; `overpunch`: in the last
   * digit, as signed DISPLAY items of COBOL are. @default 'none'
   */
  readonly sign?: 'none' | 'leading' | 'trailing' | 'overpunch';
  /** Sign of what is not negative; both are read. @default '+' */
  readonly plus?: '+' | ' ';
  /** Fills the column up on the left. @default '0' */
  readonly pad?: '0' | ' ';
}

export type FixedWidthColumn = FixedWidthText | FixedWidthNumber;

export interface XmlAdapterOptions extends AdapterOptions {
  readonly request: XmlRequestOptions;
}

export interface XmlRequestOptions extends MappedOptions {
  /** Elements that are rows, from the root: `Batch/Record`. @default - `map` is given the whole document */
  readonly rows?: string;
  /** Name in a row -> where it stands in the element: `Age`, `Lab/Glucose`, `@id`. @default - each by its own name */
  readonly fields?: Readonly<Record<string, string>>;
  /** Which the elements must have. @default - any */
  readonly namespace?: string;
}

export interface SoapAdapterOptions extends AdapterOptions {
  readonly request: SoapRequestOptions;
}

export interface SoapRequestOptions extends MappedOptions {
  /** Element in the body of the envelope. */
  readonly operation: string;
  /** Of the operation. */
  readonly namespace: string;
  /** @default 'any' */
  readonly version?: '1.1' | '1.2' | 'any';
  /** Element in the operation that is a row. @default 'row' */
  readonly row?: string;
  /** As in XML. @default - each by its own name */
  readonly fields?: Readonly<Record<string, string>>;
}

export interface XmlResponseOptions {
  /** @default 'Predictions' */
  readonly root?: string;
  /** @default 'Prediction' */
  readonly row?: string;
  /** @default - none */
  readonly namespace?: string;
}

export interface SoapResponseOptions {
  /** @default - the operation with Response behind it */
  readonly operation?: string;
  /** @default 'prediction' */
  readonly row?: string;
}

export type AdapterResponseOptions = ResponseMappingOptions &
  (
    | { readonly format: 'json' }
    | { readonly format: 'text'; readonly encoding?: TextEncoding }
    | ({ readonly format: 'csv' } & CsvResponseOptions)
    | ({ readonly format: 'fixed-width' } & FixedWidthOptions)
    | ({ readonly format: 'xml' } & XmlResponseOptions)
    | ({ readonly format: 'soap' } & SoapResponseOptions)
  );

export interface ResponseMappingOptions {
  /**
   * JSONata expression from `{predictions, model, version, request, requestId}` to what is written.
   * @default - the predictions, one a row
   */
  readonly map?: string;
  /** @default - that of the format */
  readonly contentType?: string;
  /** 200 to 299. @default 200 */
  readonly status?: number;
}

/** Name in the body -> what of an error it tells. */
export type ErrorFields = Readonly<Record<string, AdapterFact>>;

export type AdapterErrorOptions = {
  /**
   * Status, 400 to 599, where the body or its values are wrong; other errors keep theirs.
   * @default - 400; SOAP 1.1: 500, as it demands
   */
  readonly senderStatus?: number;
} & (
  | { readonly format: 'json'; readonly fields?: ErrorFields }
  | { readonly format: 'xml'; readonly root?: string; readonly fields?: ErrorFields }
  | { readonly format: 'soap' }
  | { readonly format: 'text'; readonly template?: string; readonly encoding?: TextEncoding }
);
