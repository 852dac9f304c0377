import type { LayoutName } from '../harness/cores';
import { CAPACITY_CONCURRENCY } from '../run/durations';
import { type ContenderResult, isSuite, type Part, type SuitePart } from '../run/results';
import { clientBound, cpuMicroseconds, engineRates, loadsAt, rates } from './figures';
import { perVersionMiB } from './memory-table';
import { median, percentile, type Ratio, ratios } from './statistics';

/** What the runtime has to reach, and what was measured. */
export interface Goal {
  readonly what: string;
  readonly model: string;
  readonly compared: string;
  /** What the figure must not fall below or exceed; absent, it is only reported. */
  readonly limit: { readonly atLeast: number } | { readonly atMost: number } | undefined;
  /** Undefined: not measured, or too few requests to tell. */
  readonly figure: Ratio | undefined;
  /** The client was at its limit: the runtime may reach more. */
  readonly clientBound: boolean;
}

export const TINY = ['breast-cancer/1', 'breast-cancer/2'] as const;
export const HEAVY = ['mobilenet/1', 'bert/1'] as const;
const TAIL_SHARE = 0.7;
const OWN = 'inferstack';

/** All goals with their figures, taken from what was measured. */
export function goals(parts: readonly Part[]): Goal[] {
  const of = (model: string, layout: LayoutName = 'one-core') =>
    new Figures(model, parts.filter(isSuite).find(fits(model, layout)));
  return [
    of('bert/1').toEngine(OWN, 0.97),
    of('mobilenet/1').toEngine('inferstack-binary', 0.97),
    ...TINY.map((model) => of(model).toPeer('requests beside HTTP alone', OWN, 'node-echo', 0.9)),
    ...TINY.map((model) => of(model).toPeer('requests beside plain FastAPI', OWN, 'fastapi-idiomatic', 20)),
    of('breast-cancer/2').toBestPeer(3),
    ...HEAVY.map((model) => of(model).toBestPeer(1.05)),
    ...[TINY[1], ...HEAVY].map((model) =>
      of(model).toPeer('gRPC beside binary HTTP', 'inferstack-grpc', 'inferstack-binary'),
    ),
    of('breast-cancer/2').cpuToPeer('inferstack-grpc', 'inferstack-binary'),
    of('bert/1', 'two-cores').toPeer('two workers beside none', 'inferstack-threads', 'inferstack-inline'),
    ...[TINY[1], ...HEAVY].map((model) => of(model).tail(2)),
    of('breast-cancer/2').coldStart(0.5),
    perVersion(parts, 20),
  ];
}

export function isMet({ limit, figure }: Goal): boolean | undefined {
  if (limit === undefined || figure === undefined) return undefined;
  return 'atLeast' in limit ? figure.median >= limit.atLeast : figure.median <= limit.atMost;
}

const fits = (model: string, layout: LayoutName) => (part: SuitePart) =>
  part.suite.model === model && part.suite.layout === layout;

class Figures {
  constructor(
    private readonly model: string,
    private readonly part: SuitePart | undefined,
  ) {}

  toEngine(id: string, atLeast: number): Goal {
    const engine = this.contender('ort-node');
    const figure = this.ratio(id, engine && engineRates(engine, 1));
    const compared = `${id} / ort-node, batch 1`;
    return this.goal('requests beside the engine alone', compared, { atLeast }, figure, id);
  }

  toPeer(what: string, id: string, peer: string, atLeast?: number): Goal {
    const other = this.contender(peer);
    const limit = atLeast === undefined ? undefined : { atLeast };
    const figure = this.ratio(id, other && rates(other));
    return this.goal(what, `${id} / ${peer}`, limit, figure, id);
  }

  /** What the server itself spends, which a client at its limit cannot hide. */
  cpuToPeer(id: string, peer: string): Goal {
    const [one, other] = [this.contender(id), this.contender(peer)];
    const figure = one && other && ratios(cpuMicroseconds(one), cpuMicroseconds(other));
    return this.goal('server CPU of gRPC beside binary HTTP', `${id} / ${peer}`, undefined, figure);
  }

  toBestPeer(atLeast: number): Goal {
    const best = this.bestPeer();
    const compared = `${OWN} / ${best?.id ?? 'best Python peer'}`;
    const figure = this.ratio(OWN, best && rates(best));
    return this.goal('requests beside the best Python peer', compared, { atLeast }, figure, OWN);
  }

  /** Nothing when it was not at rest: a queue that only grows has no tail worth naming. */
  tail(atMost: number): Goal {
    const share = this.part?.durations.openShares.indexOf(TAIL_SHARE) ?? -1;
    const rounds = this.contender(OWN)?.open.flatMap(({ loads }) => {
      const load = loads[share];
      return load ? [load.result.latency] : [];
    });
    const [p50, p99] = [50, 99].map((percent) => rounds && percentile(rounds, percent)?.milliseconds);
    const known = p50 !== undefined && p99 !== undefined && p50 < this.saturatedMs();
    const figure = known ? exactly(p99 / p50) : undefined;
    return this.goal('p99 / p50 at 70 % of its own capacity', OWN, { atMost }, figure);
  }

  coldStart(atMost: number): Goal {
    const seconds = this.contender(OWN)?.closed.map(({ firstReplyMs }) => firstReplyMs / 1000);
    return this.goal('start to first prediction, s', OWN, { atMost }, spread(seconds ?? []));
  }

  /** Median latency with all connections of the closed loop waiting. */
  private saturatedMs(): number {
    const own = this.contender(OWN);
    const latencies = own && loadsAt(own, CAPACITY_CONCURRENCY).map(({ result }) => result.latency);
    return (latencies && percentile(latencies, 50)?.milliseconds) ?? Number.POSITIVE_INFINITY;
  }

  /** JSON against JSON: what is neither the runtime nor without a model. */
  private bestPeer(): ContenderResult | undefined {
    const peers = this.part?.suite.contenders.filter(
      ({ id, encoding, closed }) =>
        encoding === 'json' && closed.length > 0 && !id.startsWith(OWN) && id !== 'node-echo',
    );
    return peers?.sort((a, b) => median(rates(b)) - median(rates(a)))[0];
  }

  private contender(id: string): ContenderResult | undefined {
    return this.part?.suite.contenders.find((contender) => contender.id === id);
  }

  private ratio(id: string, base: readonly number[] | undefined): Ratio | undefined {
    const contender = this.contender(id);
    return contender && base && ratios(rates(contender), base);
  }

  /** @param rateOf whose requests per second the figure is made of, if of any */
  private goal(
    what: string,
    compared: string,
    limit: Goal['limit'],
    figure: Ratio | undefined,
    rateOf?: string,
  ): Goal {
    const measured = rateOf === undefined ? undefined : this.contender(rateOf);
    const bound = measured !== undefined && this.part?.suite.shared === false && clientBound(measured);
    const where = this.part?.suite.layout === 'two-cores' ? ', two cores' : '';
    return { what, model: this.model + where, compared, limit, figure, clientBound: bound };
  }
}

function perVersion(parts: readonly Part[], atMost: number): Goal {
  const memory = parts.flatMap((part) => (isSuite(part) ? [] : [part.memory]))[0];
  return {
    what: 'memory of each version more, MiB PSS',
    model: memory?.model ?? 'bert/1',
    compared: 'inferstack, 3 versions and 1',
    limit: { atMost },
    figure: memory && exactly(perVersionMiB(memory)),
    clientBound: false,
  };
}

function exactly(value: number): Ratio | undefined {
  return Number.isFinite(value) ? { median: value, low: value, high: value } : undefined;
}

function spread(values: readonly number[]): Ratio | undefined {
  if (values.length === 0) return undefined;
  return { median: median(values), low: Math.min(...values), high: Math.max(...values) };
}
