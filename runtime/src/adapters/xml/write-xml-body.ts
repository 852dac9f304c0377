import type { BodyOf } from '../../contract';
import { asRecords, type BodyWriter, type WrittenBody } from '../written-body';
import { escapeXml, xmlOf } from './write-xml';
import { XML_DECLARATION } from './xml-bytes';

/** Rows as elements below a root. */
export class XmlWriter implements BodyWriter {
  constructor(private readonly options: BodyOf<'xml'>) {}

  write(value: unknown): WrittenBody {
    const { root, row, namespace } = this.options;
    const xmlns = namespace === null ? '' : ` xmlns="${escapeXml(namespace)}"`;
    const rows = asRecords(value).map((record) => xmlOf(row, record));
    const text = `${XML_DECLARATION}\n<${root}${xmlns}>${rows.join('')}</${root}>`;
    return { bytes: Buffer.from(text), contentType: 'application/xml; charset=utf-8' };
  }
}
