import {
  type ChannelOptions,
  Client,
  type ClientDuplexStream,
  credentials,
  Metadata,
  type ServiceError,
} from '@grpc/grpc-js';
import { inferenceService } from '../../../runtime/src/protocols/grpc/messages/inference-file';
import type { MessageValue } from '../../../runtime/src/protocols/grpc/schema/message';
import { type Method, methodPath, type Service } from '../../../runtime/src/protocols/grpc/schema/proto-file';

export interface CallOptions {
  readonly deadlineMs?: number;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

type Request<M extends Method> = Partial<MessageValue<M['request']>>;
type Response<M extends Method> = MessageValue<M['response']>;
type Methods = (typeof inferenceService)['methods'][number];
type Named<N extends Methods['name']> = Extract<Methods, { readonly name: N }>;

const asIs = (bytes: Buffer): Buffer => bytes;

/** A client of the library with the messages of this project. */
export class GrpcTestClient {
  readonly client: Client;

  constructor(port: number, options: ChannelOptions = {}) {
    this.client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), {
      'grpc.max_receive_message_length': -1,
      ...options,
    });
  }

  /** Calls a method of the inference service. */
  call<N extends Methods['name']>(
    name: N,
    request: Request<Named<N>> = {},
    options: CallOptions = {},
  ): Promise<Response<Named<N>>> {
    const method = inferenceService.methods.find((candidate) => candidate.name === name) as Named<N>;
    return this.unary(inferenceService, method, request, options);
  }

  async unary<M extends Method>(
    service: Service,
    method: M,
    request: Request<M>,
    options: CallOptions = {},
  ): Promise<Response<M>> {
    const bytes = await this.bytes(methodPath(service, method), method.request.encode(request), options);
    return method.response.decode(bytes) as Response<M>;
  }

  /** Sends bytes, whatever they are. */
  bytes(path: string, request: Buffer, options: CallOptions = {}): Promise<Buffer> {
    const metadata = new Metadata();
    for (const [name, value] of Object.entries(options.metadata ?? {})) metadata.set(name, value);
    const deadline = options.deadlineMs === undefined ? undefined : Date.now() + options.deadlineMs;
    return new Promise((resolve, reject) => {
      const call = this.client.makeUnaryRequest(
        path,
        asIs,
        asIs,
        request,
        metadata,
        { deadline },
        (error, value) => {
          if (error) reject(error);
          else resolve(value!);
        },
      );
      options.signal?.addEventListener('abort', () => call.cancel());
    });
  }

  stream(service: Service, method: Method): ClientDuplexStream<Buffer, Buffer> {
    return this.client.makeBidiStreamRequest(methodPath(service, method), asIs, asIs);
  }

  close(): void {
    this.client.close();
  }
}

/** The error of a call that must fail. */
export async function failure(call: Promise<unknown>): Promise<ServiceError> {
  try {
    await call;
  } catch (error) {
    return error as ServiceError;
  }
  throw new Error('the call went well');
}

/** Waits until something the test has set off has happened. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
