import type { FeatureLookup } from '../contract';
import type { Logger } from '../logging';
import type { Credentials } from './credentials';
import { FeatureCache } from './feature-cache';
import type { FeatureMetrics, LookupOutcome } from './feature-metrics';
import { Flight } from './flights';
import { protocolOf } from './protocol-of';
import { StoreClient } from './store-client';
import { StoreError } from './store-error';
import { type Entity, type FoundFeatures, type StoreProtocol, TOO_OLD } from './store-protocol';

/** What is known of an entity: its features and where they came from, or why there are none. */
export type Knowledge = { readonly found: FoundFeatures; readonly cached: boolean } | StoreError;

type Answers = ReadonlyMap<string, FoundFeatures>;

/**
 * One store as one lookup uses it: cached answers first, then what others are asking for already, then one request for
 * all the rest.
 */
export class FeatureStore {
  private readonly protocol: StoreProtocol;
  private readonly client: StoreClient;
  private readonly cache: FeatureCache | undefined;
  private readonly flights = new Map<string, Flight<Answers>>();
  private failing = false;

  constructor(
    readonly lookup: FeatureLookup,
    private readonly credentials: Credentials | undefined,
    private readonly parts: { readonly metrics: FeatureMetrics; readonly logger: Logger },
  ) {
    this.protocol = protocolOf(lookup);
    this.client = new StoreClient(lookup.source.url);
    this.cache = lookup.cache === null ? undefined : new FeatureCache(lookup.cache);
    parts.metrics.addSource(lookup.name, () => this.cache?.bytes ?? 0);
  }

  /**
   * Finds the features of entities, each named by a text of its own.
   *
   * @param signal aborts when nobody waits for them any more; then the promise rejects with its reason.
   */
  async find(
    entities: ReadonlyMap<string, Entity>,
    signal: AbortSignal | undefined,
  ): Promise<Map<string, Knowledge>> {
    const known = new Map<string, Knowledge>();
    const flights = new Map<Flight<Answers>, string[]>();
    const asked = new Map<string, Entity>();
    for (const [id, entity] of entities) {
      const found = this.cache?.get(id);
      const flight = this.flights.get(id);
      if (found !== undefined && !found.times.some((time) => this.isStale(time)))
        known.set(id, { found, cached: true });
      else if (flight === undefined || flight.left) asked.set(id, entity);
      else flights.set(flight, [...(flights.get(flight) ?? []), id]);
    }
    for (const part of parts(asked, this.protocol.maxEntities))
      flights.set(this.take(part), [...part.keys()]);
    await Promise.all([...flights].map(([flight, ids]) => this.land(flight, ids, known, signal)));
    return known;
  }

  /** Whether a value is older than the lookup or the store allows. What tells no time is taken for fresh. */
  isStale(time: number): boolean {
    const { maxAgeSeconds } = this.lookup;
    return time === TOO_OLD || (maxAgeSeconds !== null && Date.now() - time > maxAgeSeconds * 1000);
  }

  close(): void {
    this.client.close();
    this.credentials?.close();
  }

  /** Starts a request whose answers others may wait for as well. */
  private take(entities: ReadonlyMap<string, Entity>): Flight<Answers> {
    const { timeoutMs } = this.lookup;
    const late = () => new StoreError('timeout', `no answer within ${timeoutMs} ms`);
    const flight = new Flight((signal) => this.ask(entities, signal), timeoutMs, late);
    for (const id of entities.keys()) this.flights.set(id, flight);
    const leave = () => {
      for (const id of entities.keys()) if (this.flights.get(id) === flight) this.flights.delete(id);
    };
    flight.result.then(leave, leave);
    return flight;
  }

  private async land(
    flight: Flight<Answers>,
    ids: readonly string[],
    known: Map<string, Knowledge>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    try {
      const answers = await flight.wait(signal);
      for (const id of ids) known.set(id, { found: answers.get(id)!, cached: false });
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      for (const id of ids) known.set(id, error);
    }
  }

  private async ask(entities: ReadonlyMap<string, Entity>, signal: AbortSignal): Promise<Answers> {
    const start = performance.now();
    try {
      const list = [...entities.values()];
      const { path, body } = this.protocol.request(list);
      const answer = await this.client.post(path, body, this.headers(), signal);
      const found = this.protocol.read(answer, list);
      const answers = new Map([...entities.keys()].map((id, i) => [id, found[i]!]));
      for (const [id, features] of answers) this.keep(id, features);
      this.tell('ok', start);
      return answers;
    } catch (cause) {
      const error = asStoreError(cause, signal);
      this.tell(error instanceof StoreError ? error.failure : 'cancelled', start, error);
      throw error;
    }
  }

  /** Unknown entities are asked for again: they may be known soon. */
  private keep(id: string, found: FoundFeatures): void {
    if (found.values.some((value) => value !== null)) this.cache?.set(id, found);
    else this.cache?.delete(id);
  }

  private headers(): Record<string, string> {
    if (this.credentials === undefined) return {};
    const [name, value] = this.protocol.authorize(this.credentials.current);
    return { [name]: value };
  }

  /** Counts every request; the log hears when a store begins to fail and when it has recovered. */
  private tell(outcome: LookupOutcome, start: number, error?: Error): void {
    const { name } = this.lookup;
    this.parts.metrics.countRequest(name, outcome, (performance.now() - start) / 1000);
    if (outcome === 'cancelled' || this.failing === (outcome !== 'ok')) return;
    this.failing = outcome !== 'ok';
    const event = { source: name, outcome, reason: error?.message };
    if (this.failing)
      this.parts.logger.error({ event: 'feature_store_failing', ...event }, 'a feature store fails');
    else
      this.parts.logger.info({ event: 'feature_store_recovered', ...event }, 'a feature store answers again');
  }
}

/** A connection that did not come about or broke; or the flight was given up. */
function asStoreError(cause: unknown, signal: AbortSignal): Error {
  if (cause instanceof StoreError) return cause;
  if (signal.aborted) return signal.reason as Error;
  const code = (cause as NodeJS.ErrnoException).code ?? 'failed';
  return new StoreError('error', `no connection: ${code}`, { cause });
}

function parts(entities: ReadonlyMap<string, Entity>, size: number): Map<string, Entity>[] {
  if (entities.size <= size) return entities.size === 0 ? [] : [new Map(entities)];
  const entries = [...entities];
  const count = Math.ceil(entries.length / size);
  return Array.from({ length: count }, (_, i) => new Map(entries.slice(i * size, (i + 1) * size)));
}
