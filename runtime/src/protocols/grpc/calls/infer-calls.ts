import { RequestError } from '../../../errors';
import type { Admission } from '../../../inference/admission';
import { Deadlines } from '../../../inference/deadlines';
import type { GrpcExchange } from '../grpc-exchange';
import type { GrpcServerParts } from '../grpc-server-parts';
import { decodeInferRequest, type InferRequest } from '../infer/decode-infer-request';
import type { InferResponse } from '../infer/encode-infer-response';

type Encode = (response: InferResponse) => Buffer;
type Decode = (bytes: Buffer) => InferRequest;

/** Answers ModelInferRequest, alone or in a stream: decode, ask the service, encode. */
export class InferCalls {
  private readonly deadlines: Deadlines<GrpcExchange>;

  constructor(
    private readonly parts: Pick<GrpcServerParts, 'limits' | 'repository' | 'service' | 'reporter'>,
    private readonly admission: Admission,
  ) {
    this.deadlines = new Deadlines(parts.limits.requestTimeoutMs, expire);
  }

  /** Replies to the exchange in any case, and counts the request as in progress until its run is over. */
  handle(bytes: Buffer, exchange: GrpcExchange, encode: Encode, decode: Decode = decodeInferRequest): void {
    try {
      this.admission.enter();
    } catch (error) {
      exchange.fail(error);
      return;
    }
    const deadline = this.deadlines.add(exchange);
    this.infer(bytes, exchange, encode, decode)
      .catch((error: unknown) => exchange.fail(error))
      .finally(() => {
        this.deadlines.remove(deadline);
        this.admission.leave();
      });
  }

  private async infer(bytes: Buffer, exchange: GrpcExchange, encode: Encode, decode: Decode): Promise<void> {
    const { service, repository, limits, reporter } = this.parts;
    exchange.stages = reporter?.stages();
    exchange.stages?.enter('decode');
    const { model, version, inputs, outputs, id, raw } = decode(bytes);
    const label = repository.label(model, version);
    exchange.model = label.name;
    exchange.version = label.version;
    const result = await service.infer(model, version, inputs, outputs, exchange);
    // A run blocks the event loop, and with it the timer that would have said so.
    if (exchange.elapsedMs > limits.requestTimeoutMs) expire(exchange);
    if (exchange.replied) return;
    const { name, version: served } = result.instance;
    const { outputs: given, degraded } = result;
    exchange.succeed(encode({ model: name, version: served, id, outputs: given, raw, degraded }));
  }
}

function expire(exchange: GrpcExchange): void {
  exchange.fail(new RequestError('REQUEST_DEADLINE_EXCEEDED', 'The request was not answered in time.'));
}
