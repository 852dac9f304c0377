import type { AdapterConfig, AdapterFact } from '../contract';
import type { RequestError } from '../errors';
import { contractStatus, errorText } from '../protocols/contracts/error-replies';
import type { ErrorReply } from '../protocols/http/exchange';
import type { Reply } from '../protocols/http/reply';
import { faultStatus, faultText } from './soap/soap-fault';
import { announcedVersion, SOAP, type SoapVersion } from './soap/soap-version';
import { CHARSETS, encodeMessage } from './text-encoding';
import { xmlOf } from './xml/write-xml';
import { XML_DECLARATION } from './xml/xml-bytes';

type Facts = Readonly<Record<AdapterFact, string | number>>;

/**
 * Tells errors in the format of an adapter.
 *
 * @param version of the envelope, once it was read. @default - what the media type announces
 */
export function errorReplyOf(config: AdapterConfig, version?: SoapVersion): ErrorReply {
  const { body, senderStatus } = config.errors;
  return (error, requestId, { headers }) => {
    const { request } = config;
    const spoken = request.format === 'soap' ? request.version : 'any';
    const soap = version ?? announcedVersion(headers['content-type'], spoken);
    const status = statusOf(error, senderStatus, body.format === 'soap' ? soap : undefined);
    const text = errorText(error);
    const { code } = error;
    if (body.format === 'soap') {
      const { contentType } = SOAP[soap];
      return { status, reply: reply(Buffer.from(faultText(soap, { error, text, requestId })), contentType) };
    }
    return { status, reply: written(body, { message: text, code, status, requestId }) };
  };
}

function written(body: Exclude<AdapterConfig['errors']['body'], { format: 'soap' }>, facts: Facts): Reply {
  switch (body.format) {
    case 'json':
      return reply(Buffer.from(JSON.stringify(named(body.fields, facts))), 'application/json');
    case 'xml': {
      const text = `${XML_DECLARATION}\n${xmlOf(body.root, named(body.fields, facts))}`;
      return reply(Buffer.from(text), 'application/xml; charset=utf-8');
    }
    case 'text': {
      const text = body.template.replace(/\{(message|code|status|requestId)\}/g, (_, fact: AdapterFact) =>
        String(facts[fact]),
      );
      return reply(encodeMessage(text, body.encoding), `text/plain; charset=${CHARSETS[body.encoding]}`);
    }
  }
}

function named(fields: Readonly<Record<string, AdapterFact>>, facts: Facts): Record<string, string | number> {
  return Object.fromEntries(Object.entries(fields).map(([name, fact]) => [name, facts[fact]]));
}

/** What the sender can mend by sending something else. */
const OF_THE_BODY: ReadonlySet<number> = new Set([400, 422]);

function statusOf(error: RequestError, senderStatus: number | null, soap: SoapVersion | undefined): number {
  if (!OF_THE_BODY.has(error.http)) return error.http;
  return senderStatus ?? (soap === undefined ? contractStatus(error) : faultStatus(soap, error));
}

function reply(bytes: Buffer, contentType: string): Reply {
  return { contentType, parts: [bytes], headers: [], binary: false };
}
