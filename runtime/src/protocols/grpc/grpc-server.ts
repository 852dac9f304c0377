import { Server, ServerCredentials, type ServerInterceptor, setLogger } from '@grpc/grpc-js';
import { ProblemError } from '../../contract';
import { Admission } from '../../inference/admission';
import type { Logger } from '../../logging';
import type { TlsFiles } from '../../security';
import { RequestReporter } from '../../telemetry';
import { arrivalDeadline } from './arrival-deadline';
import { authentication } from './authentication';
import { HealthCalls } from './calls/health-calls';
import { InferCalls } from './calls/infer-calls';
import { ReflectionCalls } from './calls/reflection-calls';
import type { GrpcServerParts } from './grpc-server-parts';
import {
  inferenceImplementation,
  type OpenStreams,
  predictionImplementation,
} from './inference-implementation';
import { healthFile, healthService } from './messages/health-file';
import { inferenceFile, inferenceService } from './messages/inference-file';
import { readinessService } from './messages/readiness-service';
import { reflectionFiles, reflectionServices } from './messages/reflection-file';
import { reflectionV1, reflectionV1Alpha } from './messages/reflection-messages';
import { logRequest } from './request-log';
import { serviceDefinition } from './service-definition';
import {
  healthImplementation,
  readinessImplementation,
  reflectionImplementation,
} from './standard-implementations';
import { predictionService } from './tensorflow/predict-messages';
import { TlsCredentials } from './tls-credentials';

/** Calls of one connection at a time; more wait at the client. Bounds what one caller can have buffered here. */
const MAX_STREAMS = 1000;
/** A connection that answers no ping is gone, whatever the network says. */
const KEEP_ALIVE = { everyMs: 60_000, timeoutMs: 20_000 } as const;

const FILES = [inferenceFile, healthFile, ...reflectionFiles];

/** What the library says besides the errors it returns; it would go to the console. */
function libraryLogger(logger: Logger): Partial<Console> {
  const debug = (...words: unknown[]) => logger.debug({ event: 'grpc' }, words.join(' '));
  return { error: debug, info: debug, debug };
}

function interceptors(parts: GrpcServerParts): ServerInterceptor[] {
  const deadline = arrivalDeadline(parts.limits.requestTimeoutMs);
  if (parts.authenticator === undefined) return [deadline];
  const reporter = parts.reporter ?? new RequestReporter(parts);
  return [
    deadline,
    authentication(parts.authenticator, (exchange, status, error) =>
      logRequest(reporter, exchange, status, error),
    ),
  ];
}

/** The Open Inference Protocol, health and reflection over gRPC. */
export class GrpcServer {
  private readonly server: Server;
  private readonly health: HealthCalls;
  private readonly streams: OpenStreams = new Set();

  constructor(parts: GrpcServerParts) {
    const { limits, metrics, readiness } = parts;
    setLogger(libraryLogger(parts.logger));
    metrics.addRoutes('grpc_infer', 'grpc_stream_infer');
    this.server = new Server({
      'grpc.max_receive_message_length': limits.maxBodyBytes,
      'grpc.max_send_message_length': -1,
      'grpc.max_concurrent_streams': MAX_STREAMS,
      'grpc.keepalive_time_ms': KEEP_ALIVE.everyMs,
      'grpc.keepalive_timeout_ms': KEEP_ALIVE.timeoutMs,
      interceptors: interceptors(parts),
    });
    const services = FILES.flatMap((file) => file.services.map(({ fullName }) => fullName));
    this.health = new HealthCalls(readiness, new Set(services));
    const reflection = new ReflectionCalls(FILES);
    const infer = new InferCalls(parts, new Admission(metrics.inFlight, limits.maxInFlight));
    const { server } = this;
    server.addService(
      serviceDefinition(inferenceService),
      inferenceImplementation(parts, infer, this.streams),
    );
    if (parts.tensorflowServing === true) {
      metrics.addRoutes('grpc_tensorflow_predict');
      server.addService(serviceDefinition(predictionService), predictionImplementation(parts, infer));
    }
    server.addService(serviceDefinition(healthService), healthImplementation(this.health));
    server.addService(serviceDefinition(readinessService), readinessImplementation(this.health));
    const { v1, v1alpha } = reflectionServices;
    server.addService(serviceDefinition(v1), reflectionImplementation(reflection, reflectionV1));
    server.addService(serviceDefinition(v1alpha), reflectionImplementation(reflection, reflectionV1Alpha));
  }

  /**
   * Opens the listener.
   *
   * @param port 0 takes a free one.
   * @param tls left out: plain text.
   * @returns the port.
   * @throws ProblemError LISTENER_FAILED
   */
  start(host: string, port: number, tls?: TlsFiles): Promise<number> {
    const at = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    const credentials = tls === undefined ? ServerCredentials.createInsecure() : new TlsCredentials(tls);
    return new Promise((resolve, reject) => {
      this.server.bindAsync(at, credentials, (error, bound) => {
        const remedy = 'Free the address, or configure another one.';
        if (error) reject(new ProblemError([{ code: 'LISTENER_FAILED', at, what: error.message, remedy }]));
        else resolve(bound);
      });
    });
  }

  /**
   * Takes no more calls, answers those in progress, tells streams and watchers to go elsewhere.
   *
   * @returns false when calls had to be cut at the deadline.
   */
  async drain(timeoutMs: number): Promise<boolean> {
    const finished = new Promise<true>((resolve) => this.server.tryShutdown(() => resolve(true)));
    this.health.stop();
    for (const stream of this.streams) stream.stop();
    let timer: NodeJS.Timeout | undefined;
    const expired = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), timeoutMs);
    });
    const complete = await Promise.race([finished, expired]);
    clearTimeout(timer);
    this.close();
    return complete;
  }

  /** Cuts everything. */
  close(): void {
    this.health.stop();
    this.server.forceShutdown();
  }
}
