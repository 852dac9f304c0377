import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from '../../runtime/support/wait';

type Value = { stringValue?: string; intValue?: number; doubleValue?: number };
interface KeyValue {
  readonly key: string;
  readonly value: Value;
}

/** A span as OTLP/HTTP carries it in JSON. */
export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status: { readonly code?: number };
  readonly attributes: readonly KeyValue[];
}

/** Attributes as a plain object. */
export function attributesOf({ attributes }: { readonly attributes: readonly KeyValue[] }) {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue ?? value.doubleValue]),
  );
}

/** Takes OTLP traces as a collector does: JSON posted to /v1/traces. */
export class Collector {
  readonly spans: OtlpSpan[] = [];
  readonly resources: Record<string, unknown>[] = [];
  readonly paths: string[] = [];
  bodies = '';
  requests = 0;
  /** Called for every request; answers 200 unless set. */
  answer: (response: ServerResponse) => void = (response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  };

  static async start(): Promise<Collector> {
    const collector = new Collector();
    await new Promise<void>((resolve) => collector.server.listen(0, '127.0.0.1', resolve));
    return collector;
  }

  private readonly server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      this.requests++;
      this.paths.push(request.url!);
      const text = Buffer.concat(chunks).toString('utf8');
      this.bodies += text;
      for (const { resource, scopeSpans } of JSON.parse(text).resourceSpans) {
        this.resources.push(attributesOf(resource));
        for (const { spans } of scopeSpans) this.spans.push(...spans);
      }
      this.answer(response);
    });
  });

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Waits for the request span of a trace. */
  async root(traceId: string): Promise<OtlpSpan> {
    const find = () => this.spans.find((span) => span.traceId === traceId && span.kind === 2);
    await until(() => find() !== undefined, 30_000);
    return find()!;
  }

  childrenOf({ spanId }: OtlpSpan): OtlpSpan[] {
    return this.spans.filter((span) => span.parentSpanId === spanId);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
