import type { ModelPackage } from '@inferstack/runtime/model';
import { GrpcTestClient } from '../../grpc/support/grpc-test-client';
import { inferRequest, sampleInputs } from '../../grpc/support/infer-request';
import { infer } from '../../local/support/rows';
import { until } from '../../runtime/support/wait';

const HTTP_CALLERS = 12;
const GRPC_CALLERS = 4;

/** Callers who ask one prediction after the other, over HTTP and gRPC, and never ask again what failed. */
export class LiveLoad {
  answered = 0;
  readonly failures: string[] = [];
  private stopped = false;
  private readonly grpc: GrpcTestClient;
  private readonly done: Promise<unknown>;

  constructor(port: number, model: ModelPackage) {
    // Sends again by itself only what the balancer refused unread, as the protocol says.
    this.grpc = new GrpcTestClient(port);
    const request = inferRequest(model.manifest.name, sampleInputs(model, 0));
    this.done = Promise.all([
      ...Array.from({ length: HTTP_CALLERS }, () => this.loop(() => infer(`http://127.0.0.1:${port}`))),
      ...Array.from({ length: GRPC_CALLERS }, () => this.loop(() => this.grpc.call('ModelInfer', request))),
    ]);
  }

  /** Resolves when that many more requests were answered. */
  async more(count: number): Promise<void> {
    const goal = this.answered + count;
    await until(() => this.answered >= goal || this.failures.length > 100, 60_000);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.done;
    this.grpc.close();
  }

  private async loop(ask: () => Promise<unknown>): Promise<void> {
    while (!this.stopped) {
      try {
        await ask();
        this.answered++;
      } catch (error) {
        const { message, cause } = error as Error;
        this.failures.push(cause === undefined ? message : `${message} (${String(cause)})`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  }
}
