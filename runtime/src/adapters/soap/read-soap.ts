import type { RequestOf } from '../../contract';
import { invalid, type ParsedBody, type Received, type RequestReader } from '../parsed-body';
import { childrenOf } from '../xml/element';
import { parseXml } from '../xml/parse-xml';
import { placesOf, RowElements } from '../xml/row-elements';
import { xmlText } from '../xml/xml-bytes';
import { readEnvelope } from './envelope';

/** An envelope with an operation in its body, document/literal, and rows in that. */
export class SoapReader implements RequestReader {
  constructor(private readonly options: RequestOf<'soap'>) {}

  read({ bytes, headers, instance }: Received): ParsedBody {
    const { operation, namespace, row, fields, version: spoken } = this.options;
    const { version, content } = readEnvelope(parseXml(xmlText(bytes, headers)), spoken);
    if (content.name !== operation || content.namespace !== namespace) {
      const got = `${content.name} in the namespace ${content.namespace || '(none)'}`;
      throw invalid(`The operation is ${operation} in the namespace ${namespace}; the body has ${got}.`);
    }
    const elements = childrenOf(content, row);
    if (elements.length === 0) throw invalid(`${operation} has no element ${row}.`);
    const reader = new RowElements(fields, null, instance);
    const rows = elements.map((element) => reader.row(element));
    return { body: rows, rows, places: placesOf(elements), texts: true, soap: version };
  }
}
