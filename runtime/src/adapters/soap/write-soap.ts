import type { BodyOf, RequestOf } from '../../contract';
import type { ParsedBody } from '../parsed-body';
import { asRecords, type BodyWriter, type WrittenBody } from '../written-body';
import { escapeXml, xmlOf } from '../xml/write-xml';
import { envelopeText } from './envelope-text';
import { SOAP } from './soap-version';

/** Rows in an envelope of the version that asked. */
export class SoapWriter implements BodyWriter {
  constructor(
    private readonly options: BodyOf<'soap'>,
    private readonly request: RequestOf<'soap'>,
  ) {}

  write(value: unknown, { soap }: ParsedBody): WrittenBody {
    const { operation, row } = this.options;
    const rows = asRecords(value).map((record) => xmlOf(row, record));
    const xmlns = escapeXml(this.request.namespace);
    const text = envelopeText(soap!, `<${operation} xmlns="${xmlns}">${rows.join('')}</${operation}>`);
    return { bytes: Buffer.from(text), contentType: SOAP[soap!].contentType };
  }
}
