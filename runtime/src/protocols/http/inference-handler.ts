import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RuntimeConfig } from '../../contract';
import { RequestError } from '../../errors';
import type { InferenceService, ModelInstance, ModelRepository, Readiness } from '../../inference';
import { Admission } from '../../inference/admission';
import { Deadlines } from '../../inference/deadlines';
import type { Logger } from '../../logging';
import type { RuntimeMetrics } from '../../monitoring';
import type { Authenticator } from '../../security';
import { RequestReporter } from '../../telemetry';
import { answerInfer, answerPredict } from './answer-prediction';
import { COMPRESS_FROM_BYTES, compressed } from './content-encoding';
import type { ContractRoute, ContractRoutes } from './contract-route';
import { Exchange } from './exchange';
import { modelMetadata, serverMetadata } from './metadata';
import { modelDocument, serverDocument } from './openapi/document';
import { type Reply, replyBytes } from './reply';
import { answerRepository } from './repository-routes';
import { logRequest } from './request-log';
import { allowedMethods, matchRoute, type RepositoryRoute, type Route } from './routes';

export interface InferenceHandlerParts {
  readonly service: InferenceService;
  readonly repository: ModelRepository;
  readonly readiness: Readiness;
  readonly metrics: RuntimeMetrics;
  readonly logger: Logger;
  readonly limits: RuntimeConfig['limits'];
  /** undefined: everybody may ask. */
  readonly authenticator: Authenticator | undefined;
  /** @default - counts requests and logs those that failed */
  readonly reporter?: RequestReporter;
  /** Routes of other contracts. @default - none */
  readonly contracts?: ContractRoutes | undefined;
  /** Version of the runtime, for GET /v2. */
  readonly runtimeVersion: string;
}

type AnyRoute = Route | ContractRoute;
type ModelRequest = Exclude<Extract<Route, { readonly model: string }>, RepositoryRoute>;

/** Who asks these need not say who they are: load balancers and orchestrators. */
const OPEN_ROUTES: ReadonlySet<Route['kind']> = new Set(['live', 'ready', 'model_ready']);

/** Answers the inference listener: decode, ask the service, encode. */
export class InferenceHandler {
  private readonly mustClose = (): boolean => this.parts.readiness.phase === 'draining';

  private readonly reporter: RequestReporter;
  private readonly admission: Admission;
  private readonly deadlines: Deadlines<Exchange>;

  constructor(private readonly parts: InferenceHandlerParts) {
    this.reporter = parts.reporter ?? new RequestReporter(parts);
    this.admission = new Admission(parts.metrics.inFlight, parts.limits.maxInFlight);
    this.deadlines = new Deadlines(parts.limits.requestTimeoutMs, expire);
  }

  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    const exchange = new Exchange(request, response, this.onReply, this.mustClose);
    exchange.stages = this.reporter.stages();
    try {
      const route = this.route(exchange);
      if (route === undefined) return;
      const { authenticator } = this.parts;
      if (authenticator === undefined || isOpen(route)) this.dispatch(route, exchange);
      else this.identify(authenticator, route, exchange);
    } catch (error) {
      exchange.fail(error);
    }
  };

  private identify(authenticator: Authenticator, route: AnyRoute, exchange: Exchange): void {
    const { headers } = exchange.request;
    const { authorization } = headers;
    const subject = authenticator.authenticate({ authorization, apiKey: headers['x-api-key'] });
    if (typeof subject === 'string') this.enter(subject, route, exchange);
    else
      subject
        .then((known) => this.enter(known, route, exchange))
        .catch((error: unknown) => exchange.fail(error));
  }

  private enter(subject: string, route: AnyRoute, exchange: Exchange): void {
    exchange.subject = subject;
    this.dispatch(route, exchange);
  }

  private route(exchange: Exchange): AnyRoute | undefined {
    const { method, url } = exchange.request;
    const route = this.parts.contracts?.match(method!, url!) ?? matchRoute(url!);
    exchange.route = route.kind === 'contract' ? route.label : route.kind;
    if (route.kind === 'contract') speak(route, exchange);
    if ('model' in route && route.model !== undefined) {
      const { name, version } = this.parts.repository.label(route.model, route.version);
      exchange.model = name;
      exchange.version = version;
    }
    const allowed = route.kind === 'contract' ? route.methods : allowedMethods(route);
    if (allowed.includes(method!)) return route;
    const message = `This route answers ${allowed.join(', ')} only.`;
    exchange.fail(new RequestError('REQUEST_METHOD_NOT_ALLOWED', message), ['allow', allowed.join(', ')]);
    return undefined;
  }

  private dispatch(route: AnyRoute, exchange: Exchange): void {
    switch (route.kind) {
      case 'infer':
      case 'predict':
        this.admit(route, exchange);
        break;
      case 'contract':
        if (route.runs) this.admit(route, exchange);
        else void tell(route, exchange);
        break;
      case 'ready':
        exchange.json(this.parts.readiness.ready ? 200 : 503, readinessBody(this.parts.readiness));
        break;
      case 'repository_index':
      case 'repository_load':
      case 'repository_unload':
        void answerRepository(route, exchange, this.parts);
        break;
      default:
        exchange.json(200, JSON.stringify(this.describe(route)));
    }
  }

  /** The answers that are there once and for all. */
  private describe(route: Route): object {
    const { repository, service, runtimeVersion } = this.parts;
    const documented = {
      isLatest: this.isLatest,
      guarded: this.parts.authenticator !== undefined,
      paths: this.parts.contracts?.documented ?? {},
    };
    if (!('model' in route)) {
      if (route.kind === 'openapi') return serverDocument(repository.instances(), runtimeVersion, documented);
      return route.kind === 'live' ? { live: true } : serverMetadata(runtimeVersion);
    }
    if (route.kind === 'model_ready') {
      return { name: service.readyModel(route.model, route.version).name, ready: true };
    }
    const instance = service.model(route.model, route.version);
    if (route.kind === 'model_openapi') return modelDocument(instance, documented);
    return modelMetadata(instance, repository.versions(route.model));
  }

  private readonly isLatest = ({ name, version }: ModelInstance): boolean =>
    this.parts.repository.versions(name).at(-1) === version;

  /** Takes a prediction in, or refuses it while the replica is full. */
  private admit(route: ModelRequest | ContractRoute, exchange: Exchange): void {
    this.admission.enter();
    void this.predict(route, exchange);
  }

  private async predict(route: ModelRequest | ContractRoute, exchange: Exchange): Promise<void> {
    const deadline = this.deadlines.add(exchange);
    try {
      const reply = await this.answer(route, exchange);
      // A run blocks the event loop, and with it the timer that would have said so.
      if (exchange.elapsedMs > this.parts.limits.requestTimeoutMs) expire(exchange);
      const asItIs = exchange.gone || replyBytes(reply) < COMPRESS_FROM_BYTES;
      const accepted = exchange.request.headers['accept-encoding'];
      exchange.send(asItIs ? reply : await compressed(reply, accepted));
    } catch (error) {
      exchange.fail(error);
    } finally {
      this.deadlines.remove(deadline);
      this.admission.leave();
    }
  }

  private answer(route: ModelRequest | ContractRoute, exchange: Exchange): Promise<Reply> {
    if (route.kind === 'contract') return route.answer(exchange);
    return (route.kind === 'infer' ? answerInfer : answerPredict)(route, exchange, this.parts);
  }

  private readonly onReply = (exchange: Exchange, status: number, error: RequestError | undefined): void =>
    logRequest(this.reporter, exchange, status, error);
}

function isOpen(route: AnyRoute): boolean {
  return route.kind === 'contract' ? route.open : OPEN_ROUTES.has(route.kind);
}

/** From here on errors are told in the words of the contract. */
function speak(route: ContractRoute, exchange: Exchange): void {
  exchange.template = route.path;
  exchange.errorReply = route.errorReply;
}

/** Answers what runs no model. */
async function tell(route: ContractRoute, exchange: Exchange): Promise<void> {
  try {
    exchange.send(await route.answer(exchange));
  } catch (error) {
    exchange.fail(error);
  }
}

function expire(exchange: Exchange): void {
  if (exchange.request.complete) {
    exchange.fail(new RequestError('REQUEST_DEADLINE_EXCEEDED', 'The request was not answered in time.'));
  } else {
    const error = new RequestError('REQUEST_BODY_TIMEOUT', 'The body did not arrive in time.');
    exchange.fail(error, ['connection', 'close']);
  }
}

function readinessBody(readiness: Readiness): string {
  const { ready, phase, reason } = readiness;
  return JSON.stringify(ready ? { live: true, ready } : { live: true, ready, phase, reason });
}
