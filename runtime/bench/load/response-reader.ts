const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * Recognizes the end of one HTTP/1.1 response after the other, with the least work that is still strict: the status,
 * the content-length, and that nothing follows. Chunked responses are refused; no server here sends them.
 */
export class ResponseReader {
  status = 0;
  private head: Buffer | undefined;
  private remaining = -1;

  /** A response came in part. */
  get started(): boolean {
    return this.head !== undefined || this.remaining >= 0;
  }

  /**
   * @param chunk bytes as they came; not kept after the call
   * @returns true when they complete the response
   */
  read(chunk: Buffer): boolean {
    if (this.remaining >= 0) return this.consume(chunk.length);
    const bytes = this.head ? Buffer.concat([this.head, chunk]) : chunk;
    const end = bytes.indexOf(HEAD_END);
    if (end < 0) {
      this.head = Buffer.from(bytes);
      return false;
    }
    this.head = undefined;
    this.readHead(bytes.toString('latin1', 0, end));
    return this.consume(bytes.length - end - HEAD_END.length);
  }

  private readHead(head: string): void {
    const length = /\r\ncontent-length: *(\d+)/i.exec(head);
    if (!head.startsWith('HTTP/1.1 ') || !length) throw new Error(`not a response with a length: ${head}`);
    this.status = Number(head.slice(9, 12));
    this.remaining = Number(length[1]);
  }

  private consume(bytes: number): boolean {
    this.remaining -= bytes;
    if (this.remaining > 0) return false;
    if (this.remaining < 0) throw new Error(`${-this.remaining} bytes after the end of the response`);
    this.remaining = -1;
    return true;
  }
}
