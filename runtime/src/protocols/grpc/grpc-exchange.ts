import type { Metadata } from '@grpc/grpc-js';
import { RequestError } from '../../errors';
import type { Degradation, RequestStages } from '../../inference';
import { asRequestFault } from './status';
import { subjectOf } from './subjects';

/** Takes the one outcome of a request. */
export type Deliver = (outcome: Buffer | RequestError) => void;

/** Called once for every request, with the HTTP status of its outcome: metrics have one language. */
export type OnReply = (exchange: GrpcExchange, status: number, error: RequestError | undefined) => void;

/** One request with its reply. The first reply counts; later ones are dropped. */
export class GrpcExchange {
  readonly start = performance.now();
  replied = false;
  /** For metrics: set as soon as they are known. */
  model = '';
  version = '';
  rows: number | undefined;
  /** Who asks, where that must be known. */
  readonly subject: string | undefined;
  stages: RequestStages | undefined;
  degradations: readonly Degradation[] | undefined;

  constructor(
    readonly route: string,
    readonly id: string,
    /** `/service/method` and what came with the call. */
    readonly call: { readonly path: string; readonly metadata: Metadata },
    private readonly deliver: Deliver,
    private readonly onReply: OnReply,
  ) {
    this.subject = subjectOf(call.metadata);
  }

  /** Whether nobody would read a reply any more: the caller has left, or was told that its time is over. */
  get gone(): boolean {
    return this.replied;
  }

  get elapsedMs(): number {
    return performance.now() - this.start;
  }

  /** Value of metadata of the call, by lower-case name. */
  header(name: string): string | undefined {
    const [value] = this.call.metadata.get(name);
    return value?.toString();
  }

  succeed(message: Buffer): void {
    if (this.replied) return;
    this.replied = true;
    this.deliver(message);
    this.onReply(this, 200, undefined);
  }

  fail(cause: unknown): void {
    if (this.replied) return;
    this.replied = true;
    const error = asRequestFault(cause);
    this.deliver(error);
    this.onReply(this, error.http, error);
  }

  /** The call is over, as the library tells also after a reply; `late` because its deadline has passed. */
  abandon(late: boolean): void {
    if (this.replied) return;
    if (late)
      this.fail(new RequestError('REQUEST_DEADLINE_EXCEEDED', 'The deadline of the caller has passed.'));
    else this.fail(new RequestError('REQUEST_CANCELLED', 'The caller has cancelled the request.'));
  }
}
