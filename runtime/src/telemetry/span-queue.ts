import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace';

export interface SpanQueueOptions {
  /** Spans that wait at most; more are dropped. */
  readonly capacity: number;
  /** Spans sent at once. */
  readonly batch: number;
  /** Time spans wait for others, milliseconds. */
  readonly delayMs: number;
}

/** Why spans were lost: nobody took them in time, or the collector refused them. */
export type DropReason = 'queue_full' | 'export_failed';

/**
 * Between requests and the collector: bounded, one batch on its way at a time, never waited for. The processor of the
 * library is not used since it does not tell how much it drops.
 */
export class SpanQueue implements SpanProcessor {
  private waiting: ReadableSpan[] = [];
  private sending: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(
    private readonly exporter: SpanExporter,
    private readonly options: SpanQueueOptions,
    private readonly onExported: (spans: number) => void,
    private readonly onDropped: (spans: number, reason: DropReason) => void,
  ) {}

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    if (this.closed || this.waiting.length >= this.options.capacity) {
      this.onDropped(1, 'queue_full');
      return;
    }
    this.waiting.push(span);
    if (this.waiting.length >= this.options.batch) this.send();
    else this.timer ??= setTimeout(() => this.send(), this.options.delayMs).unref();
  }

  /** Sends everything that waits now, batch by batch. */
  async forceFlush(): Promise<void> {
    while (this.waiting.length > 0 || this.sending) {
      this.send();
      await this.sending;
    }
  }

  /** Takes no more spans; call `forceFlush` before. */
  async shutdown(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    this.onDropped(this.waiting.splice(0).length, 'queue_full');
    await this.exporter.shutdown();
  }

  private send(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.sending || this.waiting.length === 0) return;
    const batch = this.waiting.splice(0, this.options.batch);
    this.sending = this.export(batch).then(() => {
      this.sending = undefined;
      if (this.waiting.length >= this.options.batch) this.send();
      else if (this.waiting.length > 0 && !this.closed)
        this.timer ??= setTimeout(() => this.send(), this.options.delayMs).unref();
    });
  }

  private async export(batch: ReadableSpan[]): Promise<void> {
    const result = await new Promise<ExportResult>((resolve) => this.exporter.export(batch, resolve));
    if (result.code === ExportResultCode.SUCCESS) this.onExported(batch.length);
    else this.onDropped(batch.length, 'export_failed');
  }
}
