export type SoapVersion = '1.1' | '1.2';

interface SoapForm {
  readonly envelope: string;
  readonly contentType: string;
  /** Of the binding in WSDL 1.1. */
  readonly binding: string;
}

/**
 * Sources: https://www.w3.org/TR/2000/NOTE-SOAP-20000508/, https://www.w3.org/TR/soap12-part1/,
 * https://www.w3.org/Submission/wsdl11soap12/
 */
export const SOAP: Readonly<Record<SoapVersion, SoapForm>> = {
  '1.1': {
    envelope: 'http://schemas.xmlsoap.org/soap/envelope/',
    contentType: 'text/xml; charset=utf-8',
    binding: 'http://schemas.xmlsoap.org/wsdl/soap/',
  },
  '1.2': {
    envelope: 'http://www.w3.org/2003/05/soap-envelope',
    contentType: 'application/soap+xml; charset=utf-8',
    binding: 'http://schemas.xmlsoap.org/wsdl/soap12/',
  },
};

export const SOAP_VERSIONS = Object.keys(SOAP) as readonly SoapVersion[];

/** The version a request announces, before its envelope is read. */
export function announcedVersion(contentType: string | undefined, spoken: SoapVersion | 'any'): SoapVersion {
  if (spoken !== 'any') return spoken;
  return /^\s*application\/soap\+xml/i.test(contentType ?? '') ? '1.2' : '1.1';
}
