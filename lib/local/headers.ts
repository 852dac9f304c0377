import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';

/**
 * Headers that belong to one connection and are not passed on (RFC 9110, 7.6.1), and `expect`, which this side has
 * answered already.
 */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
]);

/** Headers of a request as they came, name and value in turn, without those of the connection. */
export function requestHeaders(rawHeaders: readonly string[], connection: string | undefined): string[] {
  const dropped = droppedNames(connection);
  const headers: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    if (!dropped.has(name.toLowerCase())) headers.push(name, rawHeaders[i + 1]!);
  }
  return headers;
}

export function responseHeaders(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const dropped = droppedNames(headers.connection);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !dropped.has(name)));
}

/** The `Connection` header may name more of them. */
function droppedNames(connection: string | undefined): ReadonlySet<string> {
  const named = (connection ?? '').toLowerCase().split(',');
  const extra = named.map((name) => name.trim()).filter((name) => name !== '' && !HOP_BY_HOP.has(name));
  return extra.length === 0 ? HOP_BY_HOP : new Set([...HOP_BY_HOP, ...extra]);
}
