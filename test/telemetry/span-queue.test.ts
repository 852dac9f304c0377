import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { type DropReason, SpanQueue } from '../../runtime/src/telemetry/span-queue';
import { until } from '../runtime/support/wait';

type Done = Parameters<SpanExporter['export']>[1];

/** Takes batches and says how they went when the test wants it to. */
class HeldExporter implements SpanExporter {
  readonly batches: number[] = [];
  private readonly waiting: Done[] = [];

  export(spans: ReadableSpan[], done: Done): void {
    this.batches.push(spans.length);
    this.waiting.push(done);
  }

  /** 0: taken, 1: refused. */
  answer(code: 0 | 1): void {
    this.waiting.shift()!({ code });
  }

  async shutdown(): Promise<void> {}
}

function open(options: { capacity: number; batch: number; delayMs: number }) {
  const exporter = new HeldExporter();
  const dropped: Record<DropReason, number> = { queue_full: 0, export_failed: 0 };
  const counts = { exported: 0, dropped };
  const queue = new SpanQueue(
    exporter,
    options,
    (spans) => {
      counts.exported += spans;
    },
    (spans, reason) => {
      dropped[reason] += spans;
    },
  );
  const end = (times: number) => {
    for (let i = 0; i < times; i++) queue.onEnd({} as ReadableSpan);
  };
  return { queue, exporter, counts, end };
}

test('what a collector does not take in time is dropped and counted, not piled up', async () => {
  const { queue, exporter, counts, end } = open({ capacity: 10, batch: 5, delayMs: 60_000 });
  end(105);
  // Five are on their way, ten wait.
  expect(exporter.batches).toEqual([5]);
  expect(counts.dropped.queue_full).toBe(90);
  await queue.shutdown();
  expect(counts.dropped.queue_full).toBe(100);
  end(1);
  expect(counts.dropped.queue_full).toBe(101);
});

test('one batch at a time; what came meanwhile follows', async () => {
  const { queue, exporter, counts, end } = open({ capacity: 100, batch: 5, delayMs: 60_000 });
  end(12);
  const flushed = queue.forceFlush();
  for (const batches of [[5], [5, 5], [5, 5, 2]]) {
    await until(() => exporter.batches.length === batches.length);
    expect(exporter.batches).toEqual(batches);
    exporter.answer(0);
  }
  await flushed;
  expect(counts).toEqual({ exported: 12, dropped: { queue_full: 0, export_failed: 0 } });
});

test('a few spans wait for others, but not for ever', async () => {
  const { exporter, counts, end } = open({ capacity: 100, batch: 5, delayMs: 1 });
  end(2);
  expect(exporter.batches).toEqual([]);
  await until(() => exporter.batches.length === 1);
  exporter.answer(0);
  await until(() => counts.exported === 2);
});

test('a batch the collector refuses is counted and gone, and the next one is sent', async () => {
  const { queue, exporter, counts, end } = open({ capacity: 100, batch: 5, delayMs: 60_000 });
  end(10);
  const flushed = queue.forceFlush();
  exporter.answer(1);
  await until(() => exporter.batches.length === 2);
  exporter.answer(0);
  await flushed;
  expect(counts).toEqual({ exported: 5, dropped: { queue_full: 0, export_failed: 5 } });
});
