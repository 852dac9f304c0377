import type { RequestOf } from '../../contract';
import { invalid, type ParsedBody, type Received, type RequestReader } from '../parsed-body';
import { toJson } from './element';
import { parseXml } from './parse-xml';
import { elementsAt, placesOf, RowElements } from './row-elements';
import { xmlText } from './xml-bytes';

/** Elements at a path, each a row. */
export class XmlReader implements RequestReader {
  constructor(private readonly options: RequestOf<'xml'>) {}

  read({ bytes, headers, instance }: Received): ParsedBody {
    const { rows: path, fields, namespace } = this.options;
    const root = parseXml(xmlText(bytes, headers));
    if (path === null) return { body: { [root.name]: toJson(root) }, places: [], texts: true };
    const elements = elementsAt(root, path, namespace);
    if (elements.length === 0) {
      const within = namespace === null ? '' : ` in the namespace ${namespace}`;
      throw invalid(`The XML has no element ${path}${within}; its root is ${root.name}.`);
    }
    const reader = new RowElements(fields, namespace, instance);
    const rows = elements.map((element) => reader.row(element));
    return { body: rows, rows, places: placesOf(elements), texts: true };
  }
}
