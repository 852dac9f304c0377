import { type Metadata, ServerInterceptingCall, type ServerInterceptor } from '@grpc/grpc-js';
import { RequestError } from '../../errors';
import type { Authenticator } from '../../security';
import { GrpcExchange, type OnReply } from './grpc-exchange';
import { requestId } from './request-id';
import { callStatus } from './status';
import { setSubject } from './subjects';

const INFERENCE = '/inference.GRPCInferenceService';
const HEALTH = '/grpc.health.v1.Health/';

/** Who asks these need not say who they are: load balancers and orchestrators. */
const OPEN_METHODS: ReadonlySet<string> = new Set([
  `${INFERENCE}/ServerLive`,
  `${INFERENCE}/ServerReady`,
  `${INFERENCE}/ModelReady`,
  '/inferstack.Readiness/Check',
]);

/** For metrics; what is refused without a name of its own counts as other. */
const ROUTES: ReadonlyMap<string, string> = new Map([
  [`${INFERENCE}/ModelInfer`, 'grpc_infer'],
  [`${INFERENCE}/ModelStreamInfer`, 'grpc_stream_infer'],
  ['/tensorflow.serving.PredictionService/Predict', 'grpc_tensorflow_predict'],
]);

/** Lets calls pass that bring a valid key or token; the others end before their message is read. */
export function authentication(authenticator: Authenticator, onReply: OnReply): ServerInterceptor {
  return ({ path }, call) => {
    if (path.startsWith(HEALTH) || OPEN_METHODS.has(path)) return new ServerInterceptingCall(call);
    let exchange: GrpcExchange | undefined;
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, proceed) => {
            const id = requestId(metadata);
            const refuse = (outcome: Buffer | RequestError) => {
              if (outcome instanceof RequestError && outcome.code !== 'REQUEST_CANCELLED')
                call.sendStatus(callStatus(outcome, id));
            };
            const route = ROUTES.get(path) ?? 'grpc_other';
            exchange = new GrpcExchange(route, id, { path, metadata }, refuse, onReply);
            identify(authenticator, metadata, exchange, () => {
              exchange = undefined;
              proceed(metadata);
            });
          },
          onCancel: () => exchange?.abandon(false),
        }),
    });
  };
}

function identify(
  authenticator: Authenticator,
  metadata: Metadata,
  exchange: GrpcExchange,
  proceed: () => void,
): void {
  const enter = (subject: string): void => {
    if (exchange.replied) return;
    setSubject(metadata, subject);
    proceed();
  };
  try {
    const subject = authenticator.authenticate({
      authorization: only(metadata, 'authorization'),
      apiKey: only(metadata, 'x-api-key'),
    });
    if (typeof subject === 'string') enter(subject);
    else subject.then(enter).catch((error: unknown) => exchange.fail(error));
  } catch (error) {
    exchange.fail(error);
  }
}

function only(metadata: Metadata, name: string): unknown {
  const values = metadata.get(name);
  return values.length === 1 ? values[0] : undefined;
}
