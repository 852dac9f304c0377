import { invalid, syntaxError } from '../parsed-body';
import { childrenOf, type XmlElement } from '../xml/element';
import { SoapFaultError } from './soap-fault';
import { SOAP, SOAP_VERSIONS, type SoapVersion } from './soap-version';

export interface Envelope {
  readonly version: SoapVersion;
  /** The element in the body. */
  readonly content: XmlElement;
}

/** @throws RequestError REQUEST_SYNTAX, REQUEST_INVALID, as SoapFaultError where SOAP has a code for it */
export function readEnvelope(root: XmlElement, spoken: SoapVersion | 'any'): Envelope {
  if (root.name !== 'Envelope') throw syntaxError(`The XML is no SOAP envelope: its root is ${root.name}.`);
  const version = SOAP_VERSIONS.find((known) => SOAP[known].envelope === root.namespace);
  if (version === undefined || (spoken !== 'any' && version !== spoken)) {
    const wanted = spoken === 'any' ? 'SOAP 1.1 or 1.2' : `SOAP ${spoken}`;
    throw new SoapFaultError('VersionMismatch', `The envelope is not of ${wanted}.`);
  }
  const { envelope } = SOAP[version];
  const header = childrenOf(root, 'Header', envelope)[0];
  for (const block of header?.children ?? []) requireOptional(block);
  const bodies = childrenOf(root, 'Body', envelope);
  const [content, ...more] = bodies[0]?.children ?? [];
  if (bodies.length !== 1 || content === undefined || more.length > 0) {
    throw invalid('The envelope must have one Body with one element in it.');
  }
  return { version, content };
}

/** Nothing is known of any header: one that has to be understood must not be passed over (SOAP 1.1, 4.2.3). */
function requireOptional({ name, attributes }: XmlElement): void {
  if (!/^(1|true)$/.test(attributes.get('mustUnderstand') ?? '')) return;
  const message = `The header ${name} must be understood, and no header is.`;
  throw new SoapFaultError('MustUnderstand', message);
}
