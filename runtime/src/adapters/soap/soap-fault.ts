import { RequestError } from '../../errors';
import { escapeXml } from '../xml/write-xml';
import { envelopeText } from './envelope-text';
import type { SoapVersion } from './soap-version';

/** What only an envelope can be wrong in. */
export class SoapFaultError extends RequestError {
  constructor(
    readonly fault: 'VersionMismatch' | 'MustUnderstand',
    message: string,
  ) {
    super('REQUEST_INVALID', message);
  }
}

interface FaultFacts {
  readonly error: RequestError;
  readonly text: string;
  readonly requestId: string;
}

/**
 * An envelope with a Fault.
 *
 * Sources: SOAP 1.1, 4.4; SOAP 1.2 part 1, 5.4
 */
export function faultText(version: SoapVersion, { error, text, requestId }: FaultFacts): string {
  const detail = `<code>${error.code}</code><requestId>${escapeXml(requestId)}</requestId>`;
  const code = faultCode(version, error);
  const fault =
    version === '1.1'
      ? `<faultcode>soap:${code}</faultcode><faultstring>${escapeXml(text)}</faultstring><detail>${detail}</detail>`
      : `<soap:Code><soap:Value>soap:${code}</soap:Value></soap:Code>` +
        `<soap:Reason><soap:Text xml:lang="en">${escapeXml(text)}</soap:Text></soap:Reason>` +
        `<soap:Detail>${detail}</soap:Detail>`;
  return envelopeText(version, `<soap:Fault>${fault}</soap:Fault>`);
}

function faultCode(version: SoapVersion, error: RequestError): string {
  if (error instanceof SoapFaultError) return error.fault;
  const sender = error.http < 500;
  if (version === '1.1') return sender ? 'Client' : 'Server';
  return sender ? 'Sender' : 'Receiver';
}

/**
 * Status of what is wrong in the envelope or its values; other errors are HTTP's own and keep theirs.
 *
 * Sources: SOAP 1.1, 6.2; SOAP 1.2 part 2, table 20
 */
export function faultStatus(version: SoapVersion, error: RequestError): number {
  if (version === '1.1' || error instanceof SoapFaultError) return 500;
  return 400;
}
