/** What goes back to a caller whose request was understood. */
export interface Reply {
  readonly contentType: string;
  /** Written one after the other; bytes are not copied. */
  readonly parts: readonly (string | Uint8Array)[];
  /** Further headers: names and values in turn. */
  readonly headers: readonly string[];
  /** Whether tensors are in it as raw bytes. */
  readonly binary: boolean;
  /** @default 200 */
  readonly status?: number;
}

export function jsonReply(body: string): Reply {
  return { contentType: 'application/json', parts: [body], headers: [], binary: false };
}

export function replyBytes({ parts }: Reply): number {
  let bytes = 0;
  for (const part of parts) bytes += Buffer.byteLength(part);
  return bytes;
}
