import { X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { Client, credentials } from '@grpc/grpc-js';
import { ServerLiveRequest } from '../../runtime/src/protocols/grpc/messages/server-messages';
import { openSecurity } from '../../runtime/src/security';
import { sampleRow } from '../runtime/support/packages';
import { until } from '../runtime/support/wait';
import { type Authority, createAuthority, type Identity } from './support/certificates';
import { GuardedServer, PREDICT } from './support/guarded-server';
import { Http2Client } from './support/http2-client';
import { LogRecorder } from './support/log-recorder';
import { TemporaryFiles } from './support/temporary-files';

const authority = createAuthority('Test CA');
const otherAuthority = createAuthority('Other CA');
const rows = { rows: [sampleRow('breast-cancer/1')] };

let files: TemporaryFiles;
let server: GuardedServer | undefined;

beforeEach(() => {
  files = new TemporaryFiles();
});

afterEach(async () => {
  await server?.stop();
  server = undefined;
  files.remove();
});

/** Writes the files of a listener; clients are asked for certificates of `clients`. */
function tlsConfig(identity: Identity, clients?: Authority) {
  return {
    certificateFile: files.write('tls.crt', identity.cert),
    privateKeyFile: files.write('tls.key', identity.key),
    clientCaFile: clients === undefined ? null : files.write('ca.crt', clients.cert),
  };
}

async function start(identity = authority.issue('server'), clients?: Authority): Promise<GuardedServer> {
  server = await GuardedServer.start({ tls: tlsConfig(identity, clients) });
  return server;
}

interface Options extends ConnectionOptions {
  readonly agent?: Agent;
}

function predict(port: number, options: Options = {}): Promise<{ status: number; text: string }> {
  const { agent = false, ...tls } = options;
  return new Promise((resolve, reject) => {
    const head = { method: 'POST', path: PREDICT, headers: { 'content-type': 'application/json' } };
    const sent = request(
      { port, host: '127.0.0.1', ca: authority.cert, ...head, ...tls, agent },
      (response) => {
        let text = '';
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode!, text }));
      },
    );
    sent.on('error', reject);
    sent.end(JSON.stringify(rows));
  });
}

/** A TLS connection; TLS 1.3 tells a client only afterwards that its certificate was refused. */
function handshake(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', ca: authority.cert, ...options }, () =>
      resolve(socket),
    );
    socket.once('error', reject);
  });
}

function grpcLive(port: number, ca: string, client?: Identity): Promise<Buffer> {
  const pem = (text: string | undefined) => (text === undefined ? null : Buffer.from(text));
  const secure = credentials.createSsl(Buffer.from(ca), pem(client?.key), pem(client?.cert));
  const caller = new Client(`127.0.0.1:${port}`, secure);
  const asIs = (bytes: Buffer) => bytes;
  return new Promise<Buffer>((resolve, reject) => {
    const path = '/inference.GRPCInferenceService/ServerLive';
    const deadline = Date.now() + 20_000;
    caller.makeUnaryRequest(
      path,
      asIs,
      asIs,
      ServerLiveRequest.encode({}),
      { deadline } as never,
      ((error: Error | null, reply?: Buffer) => {
        if (error) reject(error);
        else resolve(reply!);
      }) as never,
    );
  }).finally(() => caller.close());
}

test('HTTPS speaks HTTP/1.1 and HTTP/2, as the client chooses', async () => {
  const { port } = await start();
  const http1 = await predict(port);
  expect(http1.status).toBe(200);
  const client = new Http2Client(`https://127.0.0.1:${port}`, { ca: authority.cert });
  const http2 = await client.post(PREDICT, rows);
  expect(client.session.alpnProtocol).toBe('h2');
  expect(http2.text).toBe(http1.text);
  client.close();
});

test('the newest version of TLS is spoken, 1.2 too, nothing older', async () => {
  const { port } = await start();
  const newest = await handshake(port);
  expect(newest.getProtocol()).toBe('TLSv1.3');
  newest.destroy();
  const older = await handshake(port, { maxVersion: 'TLSv1.2' });
  expect(older.getProtocol()).toBe('TLSv1.2');
  expect(older.getCipher().name).toMatch(/^ECDHE-.*(GCM|POLY1305)/);
  older.destroy();
  const oldest = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
  await expect(handshake(port, oldest)).rejects.toThrow();
  const weak = { maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA' } as const;
  await expect(handshake(port, weak)).rejects.toThrow();
});

test('a client that trusts another authority does not connect', async () => {
  const { port } = await start();
  await expect(predict(port, { ca: otherAuthority.cert })).rejects.toThrow(/signature|certificate/);
});

test('with an authority for clients, only its clients are answered', async () => {
  const { port, log } = await start(authority.issue('server'), authority);
  const known = authority.issue('client');
  expect((await predict(port, known)).status).toBe(200);
  await expect(predict(port)).rejects.toThrow();
  await expect(predict(port, otherAuthority.issue('stranger'))).rejects.toThrow();
  await expect(predict(port, authority.issue('late', { expired: true }))).rejects.toThrow();
  const client = new Http2Client(`https://127.0.0.1:${port}`, { ca: authority.cert, ...known });
  expect((await client.post(PREDICT, rows)).status).toBe(200);
  client.close();
  expect(log.events('tls_refused').length).toBe(3);
});

test('gRPC speaks TLS and demands the same client certificates', async () => {
  const { grpcPort } = await start(authority.issue('server'), authority);
  const known = authority.issue('client');
  await expect(grpcLive(grpcPort, authority.cert, known)).resolves.toBeInstanceOf(Uint8Array);
  await expect(grpcLive(grpcPort, authority.cert)).rejects.toThrow(/UNAVAILABLE/);
  await expect(grpcLive(grpcPort, otherAuthority.cert, known)).rejects.toThrow(/UNAVAILABLE/);
  await expect(grpcLive(grpcPort, authority.cert, otherAuthority.issue('x'))).rejects.toThrow(/UNAVAILABLE/);
});

async function serial(port: number, options: ConnectionOptions = {}): Promise<string> {
  const socket = await handshake(port, options);
  const { serialNumber } = socket.getPeerCertificate();
  socket.destroy();
  return serialNumber;
}

const serialOf = ({ cert }: Identity): string => new X509Certificate(cert).serialNumber;

test('a new certificate is used without losing a connection or a request', async () => {
  const { port, grpcPort } = await start();
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const http2 = new Http2Client(`https://127.0.0.1:${port}`, { ca: authority.cert });
  let done = false;
  const statuses: number[] = [];
  const caller = async (call: () => Promise<{ status: number }>) => {
    while (!done) statuses.push((await call()).status);
  };
  const callers = [
    ...Array.from({ length: 3 }, () => caller(() => predict(port, { agent }))),
    caller(() => predict(port)),
    caller(() => http2.post(PREDICT, rows)),
  ];
  await until(() => statuses.length > 20);
  for (let round = 0; round < 3; round++) {
    const renewed = authority.issue(`server ${round}`);
    tlsConfig(renewed);
    await until(async () => (await serial(port)) === serialOf(renewed));
    await until(async () => (await serial(grpcPort, { ALPNProtocols: ['h2'] })) === serialOf(renewed));
  }
  const seen = statuses.length;
  await until(() => statuses.length > seen + 20);
  done = true;
  await Promise.all(callers);
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect(http2.closed).toBe(false);
  http2.close();
  agent.destroy();
});

test('versions and client certificates are demanded after a change as before it', async () => {
  const { port, grpcPort } = await start(authority.issue('server'), authority);
  const renewed = authority.issue('renewed');
  tlsConfig(renewed, otherAuthority);
  const stranger = otherAuthority.issue('now known');
  await until(async () => (await serial(port, stranger)) === serialOf(renewed));
  await expect(predict(port, authority.issue('client'))).rejects.toThrow();
  expect((await predict(port, stranger)).status).toBe(200);
  await until(
    async () => (await serial(grpcPort, { ...stranger, ALPNProtocols: ['h2'] })) === serialOf(renewed),
  );
  await expect(grpcLive(grpcPort, authority.cert)).rejects.toThrow(/UNAVAILABLE/);
  await expect(grpcLive(grpcPort, authority.cert, stranger)).resolves.toBeInstanceOf(Uint8Array);
  const oldest = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
  for (const listening of [port, grpcPort]) {
    await expect(handshake(listening, { ...stranger, ...oldest })).rejects.toThrow();
    const weak = { ...stranger, maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA' } as const;
    await expect(handshake(listening, weak)).rejects.toThrow();
  }
});

test('a session of before a change of the authorities cannot be resumed', async () => {
  const { port } = await start(authority.issue('server'), authority);
  const known = authority.issue('client');
  const first = await handshake(port, { ...known, maxVersion: 'TLSv1.2' });
  const session = first.getSession()!;
  first.destroy();
  const again = await handshake(port, { ...known, session, maxVersion: 'TLSv1.2' });
  expect(again.isSessionReused()).toBe(true);
  again.destroy();
  const renewed = authority.issue('renewed');
  tlsConfig(renewed, otherAuthority);
  const stranger = otherAuthority.issue('x');
  await until(async () => (await serial(port, stranger)) === serialOf(renewed));
  await expect(handshake(port, { ...known, session, maxVersion: 'TLSv1.2' })).rejects.toThrow();
});

test.each<[string, (file: TemporaryFiles) => void, string]>([
  [
    'the key is of another certificate',
    (f) => f.write('tls.key', authority.issue('x').key),
    'TLS_KEY_MISMATCH',
  ],
  [
    'the certificate is cut short',
    (f) => f.write('tls.crt', authority.cert.slice(0, 300)),
    'TLS_FILE_INVALID',
  ],
  [
    'the second certificate is cut short',
    (f) => f.write('tls.crt', authority.cert + authority.cert.slice(0, 300)),
    'TLS_FILE_INVALID',
  ],
  ['the file is empty', (f) => f.write('tls.crt', ''), 'TLS_FILE_INVALID'],
  ['the key is gone', (f) => f.remove(), 'TLS_FILE_UNREADABLE'],
])('the old certificate stays when %s, and the log tells', async (_, damage, code) => {
  const identity = authority.issue('server');
  const { port, grpcPort, log } = await start(identity);
  damage(files);
  await until(() => log.events('tls_reload_failed').length > 0);
  expect(JSON.stringify(log.events('tls_reload_failed')[0])).toContain(code);
  expect(await serial(port)).toBe(serialOf(identity));
  expect(await serial(grpcPort, { ALPNProtocols: ['h2'] })).toBe(serialOf(identity));
  expect((await predict(port)).status).toBe(200);
  // Told once, not with every reading.
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(log.events('tls_reload_failed').length).toBe(1);
});

test('a certificate that arrives before its key is used once both are there', async () => {
  const { port } = await start();
  const renewed = authority.issue('renewed');
  files.write('tls.crt', renewed.cert);
  await until(() => server!.log.events('tls_reload_failed').length > 0);
  files.write('tls.key', renewed.key);
  await until(async () => (await serial(port)) === serialOf(renewed));
});

test.each([
  ['certificateFile', 'missing.crt', 'TLS_FILE_UNREADABLE'],
  ['privateKeyFile', 'missing.key', 'TLS_FILE_UNREADABLE'],
  ['clientCaFile', 'missing.crt', 'TLS_FILE_UNREADABLE'],
  ['certificateFile', 'garbage', 'TLS_FILE_INVALID'],
  ['privateKeyFile', 'garbage', 'TLS_FILE_INVALID'],
  ['clientCaFile', 'garbage', 'TLS_FILE_INVALID'],
  ['privateKeyFile', 'tls.crt', 'TLS_FILE_INVALID'],
] as const)('does not start with %s = %s', async (field, name, code) => {
  const config = tlsConfig(authority.issue('server'), authority);
  writeFileSync(files.path('garbage'), 'not PEM');
  const tls = { ...config, [field]: files.path(name) };
  const opened = openSecurity({ tls, auth: null }, new LogRecorder().logger);
  await expect(opened).rejects.toMatchObject({
    problems: [{ code, at: `tls.${field}`, remedy: expect.stringMatching(/\w{3}/) }],
  });
});

test('every file that is wrong is told at once, and no key is quoted', async () => {
  const secret = 'VERY-SECRET';
  const tls = {
    certificateFile: files.path('missing'),
    privateKeyFile: files.write('tls.key', secret),
    clientCaFile: files.path('missing too'),
  };
  const opened = openSecurity({ tls, auth: null }, new LogRecorder().logger);
  await expect(opened).rejects.toMatchObject({ problems: [{}, {}] });
  tls.certificateFile = files.write('tls.crt', 'x');
  tls.clientCaFile = files.write('ca.crt', 'x');
  const error = await openSecurity({ tls, auth: null }, new LogRecorder().logger).catch((thrown) => thrown);
  expect(error.problems.map(({ at }: { at: string }) => at)).toEqual([
    'tls.certificateFile',
    'tls.privateKeyFile',
    'tls.clientCaFile',
  ]);
  expect(JSON.stringify(error.problems)).not.toContain(secret);
});

test('an expired certificate is served and told', async () => {
  const { log, port } = await start(authority.issue('server', { expired: true }));
  expect(log.events('tls_expired').length).toBe(1);
  await expect(predict(port)).rejects.toThrow(/expired/);
});

test('who speaks plain text to the port, or breaks off, harms nobody', async () => {
  const { port } = await start();
  const plain = connectTcp(port, '127.0.0.1');
  plain.on('error', () => {});
  plain.write('GET /v2 HTTP/1.1\r\nhost: x\r\n\r\n');
  let answered = '';
  plain.on('data', (chunk) => {
    answered += chunk.toString('latin1');
  });
  await new Promise((resolve) => plain.on('close', resolve));
  expect(answered).not.toContain('HTTP/1.1');
  const broken = await handshake(port);
  broken.destroy();
  expect((await predict(port)).status).toBe(200);
});

test('stops although connections never came about or never said anything', async () => {
  const { port, http } = await start();
  const half = connectTcp(port, '127.0.0.1');
  half.on('error', () => {});
  const silent = await handshake(port);
  silent.on('error', () => {});
  const unused = new Http2Client(`https://127.0.0.1:${port}`, { ca: authority.cert });
  await new Promise((resolve) => unused.session.once('connect', resolve));
  expect(await http.close(30_000)).toBe(true);
  await until(() => unused.closed);
  half.destroy();
  silent.destroy();
});
