import type { Contender, ServerContender } from '../contenders';
import { type Cores, layout, pinSelf } from '../harness/cores';
import { LoadClient } from '../load/load-client';
import { median } from '../report/statistics';
import { type BenchModel, openBenchModel } from '../requests/bench-model';
import { type Encoding, encodings } from '../requests/encoding';
import { CAPACITY_CONCURRENCY, COMMON_SHARE, type Durations } from './durations';
import { interleaved } from './interleave';
import { loopTurn } from './loop-turn';
import type { ContenderResult, SuiteResult } from './results';
import { type Bench, closedTurn, openTurn } from './server-turn';
import { BASELINES, type Suite } from './suites';

export interface SuiteOptions {
  readonly durations: Durations;
  readonly cores: Cores;
  /** Why a contender cannot run at all, by id. */
  readonly unavailable: ReadonlyMap<string, string>;
  readonly log: (line: string) => void;
}

/** Measures all contenders of a suite: closed loop first, then open loop at rates derived from it. */
export async function runSuite(suite: Suite, options: SuiteOptions): Promise<SuiteResult> {
  const where = layout(suite.layout, options.cores);
  pinSelf(where.client);
  const model = openBenchModel(suite.model);
  const client = new LoadClient(where.client);
  const bench: Bench = { model, layout: where, client, durations: options.durations };
  const results = new Map(suite.contenders.map((c) => [c.id, emptyResult(c, options.unavailable)]));
  const turns = new Turns(bench, results, options);
  try {
    for (const contender of interleaved(suite.contenders, options.durations.rounds))
      await turns.first(contender);
    const commonRate = commonRates(results);
    for (const contender of interleaved(suite.open, options.durations.rounds)) {
      if (contender.kind === 'server') await turns.open(contender, commonRate[contender.encoding]);
    }
    return {
      model: `${model.name}/${model.version}`,
      requestBytes: requestBytes(model),
      layout: where.name,
      shared: where.shared,
      commonRate,
      contenders: [...results.values()],
    };
  } finally {
    await client.close();
    pinSelf(options.cores);
  }
}

function requestBytes(model: BenchModel): SuiteResult['requestBytes'] {
  const bytes = (encoding: Encoding) => encodings[encoding].request(model).body.length;
  return { json: bytes('json'), binary: bytes('binary'), grpc: bytes('grpc') };
}

/** Requests per second at the highest concurrency, median of the rounds. */
export function capacity(result: ContenderResult): number {
  return median(
    result.closed.map(({ loads }) => {
      const load = loads.find(({ concurrency }) => concurrency === CAPACITY_CONCURRENCY)!;
      return load.result.requests / load.result.seconds;
    }),
  );
}

class Turns {
  constructor(
    private readonly bench: Bench,
    private readonly results: ReadonlyMap<string, ContenderResult>,
    private readonly options: SuiteOptions,
  ) {}

  async first(contender: Contender): Promise<void> {
    await this.guarded(contender, async (result) => {
      if (contender.kind === 'loop') result.loop.push(await loopTurn(contender, this.bench));
      else result.closed.push(await closedTurn(contender, this.bench));
    });
  }

  async open(contender: ServerContender, commonRate: number | undefined): Promise<void> {
    await this.guarded(contender, async (result) => {
      const own = this.options.durations.openShares.map((share) => share * capacity(result));
      const rates = commonRate === undefined || own.includes(commonRate) ? own : [...own, commonRate];
      result.open.push(await openTurn(contender, this.bench, rates));
    });
  }

  /** One contender that fails must not cost the figures of the others. */
  private async guarded(
    contender: Contender,
    work: (result: ContenderResult) => Promise<void>,
  ): Promise<void> {
    const result = this.results.get(contender.id)!;
    if (result.failure !== undefined) return;
    const { model, layout } = this.bench;
    this.options.log(`${model.name}/${model.version} ${layout.name} ${contender.label}`);
    try {
      await work(result);
    } catch (error) {
      const { message } = error as Error;
      this.options.log(`  failed: ${message}`);
      // What follows is the server's log, full of this machine's paths.
      result.failure = message.split('\n', 1)[0];
    }
  }
}

function emptyResult(contender: Contender, unavailable: SuiteOptions['unavailable']): ContenderResult {
  return {
    id: contender.id,
    label: contender.label,
    encoding: contender.kind === 'server' ? contender.encoding : undefined,
    failure: unavailable.get(contender.id),
    closed: [],
    open: [],
    loop: [],
  };
}

function commonRates(results: ReadonlyMap<string, ContenderResult>): Partial<Record<Encoding, number>> {
  const rates: Partial<Record<Encoding, number>> = {};
  for (const [encoding, { id }] of Object.entries(BASELINES)) {
    const result = results.get(id);
    if (result?.closed.length) rates[encoding as Encoding] = COMMON_SHARE * capacity(result);
  }
  return rates;
}
