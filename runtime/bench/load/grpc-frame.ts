const PREFIX_BYTES = 5;

/** A gRPC message as it goes over HTTP/2: not compressed, its length before it. Source: gRPC over HTTP2, PROTOCOL-HTTP2.md. */
export function frame(message: Uint8Array): Buffer {
  const framed = Buffer.alloc(PREFIX_BYTES + message.length);
  framed.writeUInt32BE(message.length, 1);
  framed.set(message, PREFIX_BYTES);
  return framed;
}

/** @throws Error when the bytes are not exactly one message without compression */
export function unframe(bytes: Buffer): Buffer {
  const length = bytes.length < PREFIX_BYTES ? -1 : bytes.readUInt32BE(1);
  if (length !== bytes.length - PREFIX_BYTES || bytes[0] !== 0) {
    throw new Error(
      `not one plain gRPC message: ${bytes.length} bytes from ${bytes.toString('hex', 0, PREFIX_BYTES)}`,
    );
  }
  return bytes.subarray(PREFIX_BYTES);
}
