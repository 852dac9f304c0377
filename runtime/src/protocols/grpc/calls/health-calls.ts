import { type ServerWritableStream, status } from '@grpc/grpc-js';
import type { Readiness } from '../../../inference';
import { HealthCheckResponse, SERVING_STATUS } from '../messages/health-messages';

type Serving = (typeof SERVING_STATUS)[keyof typeof SERVING_STATUS];
type WatchCall = ServerWritableStream<Buffer, Buffer>;

/** How soon watchers hear of a change. */
const POLL_MS = 250;

/**
 * The standard health service: the server as a whole (empty name) and each of its services want traffic when the
 * process does.
 */
export class HealthCalls {
  private readonly watches = new Map<WatchCall, { readonly service: string; told: Serving }>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly readiness: Readiness,
    private readonly services: ReadonlySet<string>,
  ) {}

  /** Undefined for a service that is not here. */
  check(service: string): Serving | undefined {
    if (service !== '' && !this.services.has(service)) return undefined;
    return this.readiness.ready ? SERVING_STATUS.SERVING : SERVING_STATUS.NOT_SERVING;
  }

  /** Tells the state now and whenever it changes, also of a service that is not here. */
  watch(call: WatchCall, service: string): void {
    const told = this.check(service) ?? SERVING_STATUS.SERVICE_UNKNOWN;
    call.write(HealthCheckResponse.encode({ status: told }));
    this.watches.set(call, { service, told });
    this.timer ??= setInterval(() => this.tell(), POLL_MS).unref();
    const forget = () => this.forget(call);
    call.on('cancelled', forget);
    call.on('error', forget);
  }

  /** Tells the last state and ends all watches. */
  stop(): void {
    this.tell();
    for (const call of this.watches.keys()) {
      call.emit('error', { code: status.UNAVAILABLE, details: 'This server stops.' });
    }
  }

  private tell(): void {
    for (const [call, watch] of this.watches) {
      const now = this.check(watch.service) ?? SERVING_STATUS.SERVICE_UNKNOWN;
      if (now === watch.told) continue;
      watch.told = now;
      call.write(HealthCheckResponse.encode({ status: now }));
    }
  }

  private forget(call: WatchCall): void {
    this.watches.delete(call);
    if (this.watches.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }
}
