import { type ServerDuplexStream, status } from '@grpc/grpc-js';
import { RequestError } from '../../../errors';
import { GrpcExchange, type OnReply } from '../grpc-exchange';
import { encodeStreamResponse } from '../infer/encode-infer-response';
import { ModelStreamInferResponse } from '../messages/infer-messages';
import { requestId } from '../request-id';
import { errorText } from '../status';
import type { InferCalls } from './infer-calls';

/** Requests of one stream that are worked on at a time; more wait in the network. */
const WINDOW = 16;

/**
 * One ModelStreamInfer call: replies come in the order of the requests, and a request that fails is told in its reply;
 * the stream goes on.
 */
export class InferStream {
  private replies: Promise<void> = Promise.resolve();
  private waiting = 0;
  private stopped = false;

  constructor(
    private readonly call: ServerDuplexStream<Buffer, Buffer>,
    private readonly calls: InferCalls,
    private readonly onReply: OnReply,
  ) {}

  /** @param onClose called when nothing more will be read or written. */
  run(onClose: () => void): void {
    const { call } = this;
    const id = requestId(call.metadata);
    call.on('data', (bytes: Buffer) => this.take(bytes, id));
    call.on('end', () => void this.replies.then(() => call.end()));
    call.on('cancelled', () => this.close(onClose));
    call.on('finish', () => this.close(onClose));
    // A broken connection is told by `cancelled` as well; without a listener the event would end the process.
    call.on('error', () => this.close(onClose));
  }

  /** Answers what has arrived, then sends the caller elsewhere: streams can be open for days. */
  stop(): void {
    if (this.stopped) return;
    this.stopped = true;
    this.call.pause();
    const details = 'This server stops; open the stream again, another one will answer.';
    void this.replies.then(() => this.call.emit('error', { code: status.UNAVAILABLE, details }));
  }

  private take(bytes: Buffer, id: string): void {
    if (this.stopped) return;
    if (++this.waiting >= WINDOW) this.call.pause();
    const reply = new Promise<Buffer>((resolve) => {
      const deliver = (outcome: Buffer | RequestError) =>
        resolve(outcome instanceof RequestError ? errorReply(outcome) : outcome);
      const from = { path: this.call.getPath(), metadata: this.call.metadata };
      const exchange = new GrpcExchange('grpc_stream_infer', id, from, deliver, this.onReply);
      this.calls.handle(bytes, exchange, encodeStreamResponse);
    });
    this.replies = this.replies.then(() => reply).then((message) => this.write(message));
  }

  private async write(message: Buffer): Promise<void> {
    const { call } = this;
    this.waiting--;
    if (call.cancelled || call.destroyed) return;
    if (!call.write(message)) await drained(call);
    if (!this.stopped && call.isPaused()) call.resume();
  }

  private close(onClose: () => void): void {
    this.stopped = true;
    onClose();
  }
}

function errorReply(error: RequestError): Buffer {
  return ModelStreamInferResponse.encode({ error_message: errorText(error) });
}

/** Until the caller has taken what was written, or is gone. */
function drained(call: ServerDuplexStream<Buffer, Buffer>): Promise<void> {
  return new Promise((resolve) => {
    call.once('drain', resolve);
    call.once('cancelled', resolve);
    call.once('close', resolve);
  });
}
