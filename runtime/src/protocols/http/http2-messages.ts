import { constants, Http2ServerRequest, Http2ServerResponse } from 'node:http2';

/**
 * Requests and responses of HTTP/2 that behave as those of HTTP/1.1 do, so that what answers them need not know: a body
 * that was cut off does not end, a response tells whether anybody is there, `connection: close` says goodbye.
 */
export class Http2Request extends Http2ServerRequest {
  /** The library ends a body that was cut off as it ends one that is complete. */
  override push(chunk: unknown, encoding?: BufferEncoding): boolean {
    return chunk === null && this.aborted ? false : super.push(chunk, encoding);
  }
}

// In the type they are properties, which accessors must not override.
Object.defineProperty(Http2Request.prototype, 'complete', {
  get(this: Http2Request): boolean {
    return this.readableEnded || this.stream.endAfterHeaders;
  },
});

export class Http2Response extends Http2ServerResponse<Http2Request> {
  private goodbye = false;

  private get isHead(): boolean {
    return this.req.method === 'HEAD';
  }

  /** @param headers names and values in turn. */
  override writeHead(status: number, headers?: unknown, more?: unknown): this {
    const list = (more ?? headers ?? []) as readonly string[];
    this.goodbye = list.some((name, i) => i % 2 === 0 && name === 'connection' && list[i + 1] === 'close');
    // The field itself is forbidden here.
    const allowed = list.filter((_, i) => list[i - (i % 2)] !== 'connection');
    return super.writeHead(status, allowed as never);
  }

  override write(chunk: string | Uint8Array): boolean {
    return this.isHead ? true : super.write(chunk);
  }

  override end(chunk?: unknown): this {
    if (chunk !== undefined && !this.isHead) super.write(chunk as string);
    super.end();
    // What is left of the body would keep the stream open; other streams of the connection need not suffer.
    if (!this.req.complete) this.stream.close(constants.NGHTTP2_NO_ERROR);
    else if (this.goodbye) this.stream.session?.close();
    return this;
  }
}

Object.defineProperty(Http2Response.prototype, 'destroyed', {
  get(this: Http2Response): boolean {
    return this.stream.destroyed;
  },
});
