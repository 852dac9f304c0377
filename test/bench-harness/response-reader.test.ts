import { ResponseReader } from '../../runtime/bench/load/response-reader';

const reply = (body: string, status = '200 OK') =>
  Buffer.from(`HTTP/1.1 ${status}\r\nServer: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`);

test('finds the end wherever the bytes are cut', () => {
  const bytes = reply('{"outputs":[1,2,3]}');
  for (let cut = 1; cut < bytes.length; cut++) {
    const reader = new ResponseReader();
    expect(reader.read(bytes.subarray(0, cut))).toBe(false);
    expect(reader.read(bytes.subarray(cut))).toBe(true);
    expect(reader.status).toBe(200);
  }
});

test('reads one response after the other, empty ones too', () => {
  const reader = new ResponseReader();
  expect(reader.read(reply('', '204 No Content'))).toBe(true);
  expect(reader.status).toBe(204);
  expect(reader.read(reply('late', '503 Service Unavailable'))).toBe(true);
  expect(reader.status).toBe(503);
});

test('refuses what it cannot measure: more bytes than announced, no length, no HTTP', () => {
  expect(() => new ResponseReader().read(Buffer.concat([reply('a'), Buffer.from('b')]))).toThrow(
    '1 bytes after the end of the response',
  );
  const chunked = Buffer.from('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n');
  expect(() => new ResponseReader().read(chunked)).toThrow('not a response with a length');
  expect(() => new ResponseReader().read(Buffer.from('SSH-2.0\r\n\r\n'))).toThrow('not a response');
});
