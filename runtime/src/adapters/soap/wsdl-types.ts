import { type Dtype, type FieldType, type InputSpec, isFloat, type Manifest } from '../../contract';
import { isOptional } from '../../protocols/http/openapi/value-schema';
import { xmlName } from '../xml/write-xml';

type Type = 'double' | 'long' | 'unsignedLong' | 'boolean' | 'string';

const FIELD_TYPES: Readonly<Record<FieldType, Type>> = {
  number: 'double',
  string: 'string',
  boolean: 'boolean',
  date: 'string',
  image: 'string',
};

interface Element {
  readonly name: string;
  readonly type: Type;
  readonly optional?: boolean;
  readonly many?: boolean;
}

/** What a row may hold, in XML Schema. */
export function rowElements({ signature, preprocessing }: Manifest): string {
  if (preprocessing !== undefined) {
    return preprocessing.fields
      .map(({ name, type }) => element({ name, type: FIELD_TYPES[type], optional: true }))
      .join('');
  }
  return signature.inputs.map(inputElements).join('');
}

function inputElements({ name, dtype, columns }: InputSpec): string {
  const type = typeOf(dtype);
  if (columns === undefined) return element({ name, type, many: true });
  return columns
    .map((column) => element({ name: column.name, type, optional: isOptional(column, dtype) }))
    .join('');
}

/** What a prediction holds, in the order in which it is written. */
export function predictionElements({ prediction, postprocessing, signature }: Manifest): string {
  if (prediction === undefined) {
    return signature.outputs
      .map(({ name, dtype }) => element({ name, type: typeOf(dtype), optional: true, many: true }))
      .join('');
  }
  if (prediction.kind === 'regression') {
    return (
      element({ name: 'value', type: 'double' }) +
      element({ name: 'unit', type: 'string', optional: true }) +
      ANY
    );
  }
  const scores = prediction.classes!.map((name) => element({ name, type: 'double' })).join('');
  const label = element({ name: 'label', type: 'string' });
  const score = element({ name: 'score', type: 'double' });
  const top = postprocessing?.topK === undefined ? '' : group('top', label + score, ' maxOccurs="unbounded"');
  const decision = element({ name: 'decision', type: 'string', optional: true });
  return label + score + group('scores', scores) + top + decision + ANY;
}

/** Flags, where a value broke a rule of its field. */
const ANY = '<xs:any minOccurs="0" maxOccurs="unbounded" processContents="lax"/>';

function group(name: string, elements: string, occurs = ''): string {
  return (
    `<xs:element name="${name}"${occurs}><xs:complexType><xs:sequence>${elements}</xs:sequence>` +
    '</xs:complexType></xs:element>'
  );
}

function element({ name, type, optional, many }: Element): string {
  const occurs = (optional ? ' minOccurs="0" nillable="true"' : '') + (many ? ' maxOccurs="unbounded"' : '');
  return `<xs:element name="${xmlName(name)}" type="xs:${type}"${occurs}/>`;
}

function typeOf(dtype: Dtype): Type {
  if (dtype === 'BYTES') return 'string';
  if (dtype === 'BOOL') return 'boolean';
  if (isFloat(dtype)) return 'double';
  return dtype === 'UINT64' ? 'unsignedLong' : 'long';
}
