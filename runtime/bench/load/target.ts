/** What is sent, byte for byte the same every time, and where to. */
export interface Target {
  /** HTTP/1.1, or gRPC over HTTP/2 with the framed message as body. */
  readonly transport: 'http' | 'grpc';
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** The whole request as HTTP/1.1 puts it on the wire. */
export function requestBytes(target: Target): Buffer {
  const headers = Object.entries({
    host: `127.0.0.1:${target.port}`,
    ...target.headers,
    'content-length': String(target.body.length),
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`POST ${target.path} HTTP/1.1\r\n${headers.join('')}\r\n`), target.body]);
}
