import type { AdapterRequest, AdapterResponse, RequestOf } from '../contract';
import { FixedWidthReader } from './fixed-width/read-fixed-width';
import { FixedWidthWriter } from './fixed-width/write-fixed-width';
import type { RequestReader } from './parsed-body';
import { CsvReader } from './read-csv';
import { FormReader } from './read-form';
import { JsonReader } from './read-json';
import { SoapReader } from './soap/read-soap';
import { SoapWriter } from './soap/write-soap';
import { CsvWriter } from './write-csv';
import { JsonWriter } from './write-json';
import { TextWriter } from './write-text';
import type { BodyWriter } from './written-body';
import { XmlReader } from './xml/read-xml';
import { XmlWriter } from './xml/write-xml-body';

export function requestReader(options: AdapterRequest): RequestReader {
  switch (options.format) {
    case 'json':
      return new JsonReader();
    case 'form-urlencoded':
      return new FormReader(options);
    case 'csv':
      return new CsvReader(options);
    case 'fixed-width':
      return new FixedWidthReader(options);
    case 'xml':
      return new XmlReader(options);
    case 'soap':
      return new SoapReader(options);
  }
}

/** @param request how the body was read: an envelope is answered by one of its namespace. */
export function bodyWriter(options: AdapterResponse['body'], request: AdapterRequest): BodyWriter {
  switch (options.format) {
    case 'json':
      return new JsonWriter();
    case 'text':
      return new TextWriter(options);
    case 'csv':
      return new CsvWriter(options);
    case 'fixed-width':
      return new FixedWidthWriter(options);
    case 'xml':
      return new XmlWriter(options);
    case 'soap':
      return new SoapWriter(options, request as RequestOf<'soap'>);
  }
}
