import { XML_DECLARATION } from '../xml/xml-bytes';
import { SOAP, type SoapVersion } from './soap-version';

/** An envelope; the prefix `soap` is that of its namespace in the body too. */
export function envelopeText(version: SoapVersion, body: string): string {
  return (
    `${XML_DECLARATION}\n<soap:Envelope xmlns:soap="${SOAP[version].envelope}">` +
    `<soap:Body>${body}</soap:Body></soap:Envelope>`
  );
}
