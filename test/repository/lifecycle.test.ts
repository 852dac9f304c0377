import path from 'node:path';
import type { Tensor } from '@inferstack/runtime/contract';
import {
  InferenceService,
  type ModelIdentity,
  ModelInstance,
  ModelRepository,
  OnnxSession,
} from '@inferstack/runtime/inference';
import { openModelPackage } from '@inferstack/runtime/model';
import { RuntimeMetrics } from '../../runtime/src/monitoring';
import { sampleInputs } from '../grpc/support/infer-request';
import { MODELS } from '../runtime/support/packages';

const packages = ['breast-cancer/1', 'digits/1', 'diabetes/1'].map((name) =>
  openModelPackage(path.join(MODELS, name)),
);
const SIZE = 100;

/** Real models whose loads and runs wait until the test lets them go. */
class Bench {
  readonly metrics = new RuntimeMetrics();
  readonly repository: ModelRepository;
  readonly service: InferenceService;
  /** What happened, in order. */
  readonly events: string[] = [];
  private readonly gates = new Map<string, { promise: Promise<void>; open: () => void }>();
  failing = false;

  constructor(maxMemoryBytes = 0) {
    this.repository = new ModelRepository(
      packages.map(({ manifest }) => manifest),
      {
        explicitControl: true,
        maxMemoryBytes,
        load: (model) => this.load(model),
        onLoaded: ({ name }) => void this.events.push(`loaded ${name}`),
        onUnloaded: ({ name }, cause) => void this.events.push(`unloaded ${name} (${cause})`),
        onLoadFailed: ({ name }) => void this.events.push(`failed ${name}`),
      },
    );
    this.service = new InferenceService(this.repository, this.metrics);
  }

  async loadAll(): Promise<void> {
    for (const { manifest } of packages) await this.repository.loadFirst(manifest);
    this.events.length = 0;
  }

  /** `load` and `run` of a model wait from now on. Returns what lets them go. */
  hold(what: string): () => void {
    let open = (): void => undefined;
    const promise = new Promise<void>((resolve) => {
      open = resolve;
    });
    this.gates.set(what, { promise, open });
    return () => {
      this.gates.delete(what);
      open();
    };
  }

  infer(name: string) {
    const pkg = packages.find(({ manifest }) => manifest.name === name)!;
    return this.service.infer(name, undefined, sampleInputs(pkg, 0));
  }

  states(): Record<string, string> {
    return Object.fromEntries(this.repository.slots.map(({ name, state }) => [name, state]));
  }

  private async load({ name }: ModelIdentity): Promise<ModelInstance> {
    this.events.push(`load ${name}`);
    await this.gates.get(`load ${name}`)?.promise;
    if (this.failing) throw new Error('the store is away');
    const pkg = packages.find(({ manifest }) => manifest.name === name)!;
    const session = await OnnxSession.load(pkg, { intraOpThreads: 1 });
    let running: Promise<unknown> = Promise.resolve();
    const executor = {
      run: (inputs: readonly Tensor[]) => {
        const result = (this.gates.get(`run ${name}`)?.promise ?? Promise.resolve()).then(() =>
          session.run(inputs),
        );
        running = Promise.all([running, result]);
        return result;
      },
      close: async () => {
        await running;
        this.events.push(`closed ${name}`);
        await session.close();
      },
    };
    return new ModelInstance(pkg, executor, { loadSeconds: 0, goldenSamples: 0, memoryBytes: SIZE });
  }
}

let bench: Bench;
afterEach(async () => {
  await bench.repository.close();
  bench.metrics.close();
});

/** Lets everything that can happen without the test happen. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

test('unloading answers what is in progress, refuses what comes, and frees the model after that', async () => {
  bench = new Bench();
  await bench.loadAll();
  const letGo = bench.hold('run digits');
  const accepted = Array.from({ length: 5 }, () => bench.infer('digits'));
  const unloaded = bench.repository.unload('digits');
  await settled();
  expect(bench.states().digits).toBe('unloading');
  expect(bench.repository.index()).toContainEqual(
    expect.objectContaining({ name: 'digits', state: 'UNLOADING', reason: 'finishes its requests' }),
  );
  await expect(bench.infer('digits')).rejects.toMatchObject({ code: 'MODEL_UNLOADED' });
  expect(bench.events).toEqual([]);
  letGo();
  for (const { outputs } of await Promise.all(accepted)) expect(outputs).toHaveLength(1);
  await unloaded;
  expect(bench.events).toEqual(['closed digits', 'unloaded digits (client)']);
});

test('what is loaded anew takes over at once; its predecessor is closed when its requests are answered', async () => {
  bench = new Bench();
  await bench.loadAll();
  const letGo = bench.hold('run digits');
  const old = bench.infer('digits');
  const loaded = bench.repository.load('digits');
  await settled();
  expect(bench.events).toEqual(['load digits', 'loaded digits']);
  letGo();
  const { instance } = await bench.infer('digits');
  expect((await old).instance).not.toBe(instance);
  await loaded;
  expect(bench.events).toEqual(['load digits', 'loaded digits', 'closed digits']);
});

test('loads at once share one; a load after an unload waits for it and is one of its own', async () => {
  bench = new Bench();
  await bench.loadAll();
  const letGo = bench.hold('load digits');
  const loads = [bench.repository.load('digits'), bench.repository.load('digits')];
  await settled();
  const unload = bench.repository.unload('digits');
  const again = [bench.repository.load('digits'), bench.repository.load('digits')];
  letGo();
  await Promise.all([...loads, unload, ...again]);
  expect(bench.events).toEqual([
    ...['load digits', 'loaded digits', 'closed digits'],
    ...['closed digits', 'unloaded digits (client)'],
    ...['load digits', 'loaded digits'],
  ]);
  expect(bench.states().digits).toBe('ready');
});

describe('with room for two models', () => {
  beforeEach(async () => {
    bench = new Bench(2 * SIZE);
    await bench.loadAll();
  });

  test('the one that was used least recently goes, and comes back for a request', async () => {
    expect(bench.states()).toEqual({ 'breast-cancer': 'dormant', digits: 'ready', diabetes: 'ready' });
    await bench.infer('digits');
    await bench.infer('breast-cancer');
    expect(bench.states()).toEqual({ 'breast-cancer': 'ready', digits: 'ready', diabetes: 'dormant' });
    // Room is made before the load.
    expect(bench.events).toEqual([
      ...['unloaded diabetes (memory)', 'closed diabetes'],
      ...['load breast-cancer', 'loaded breast-cancer'],
    ]);
    expect(bench.repository.memoryBytes).toBe(2 * SIZE);
  });

  test('many requests for one that was put away wait for one load', async () => {
    const letGo = bench.hold('load breast-cancer');
    const waiting = Array.from({ length: 20 }, () => bench.infer('breast-cancer'));
    await settled();
    letGo();
    await Promise.all(waiting);
    expect(bench.events.filter((event) => event === 'load breast-cancer')).toHaveLength(1);
  });

  test('models in use are never put away, even beyond the limit; then they are', async () => {
    const gates = ['digits', 'diabetes'].map((name) => bench.hold(`run ${name}`));
    const used = [bench.infer('digits'), bench.infer('diabetes')];
    await bench.infer('breast-cancer');
    expect(Object.values(bench.states())).toEqual(['ready', 'ready', 'ready']);
    expect(bench.repository.memoryBytes).toBe(3 * SIZE);
    for (const letGo of gates) letGo();
    await Promise.all(used);
    await settled();
    expect(bench.repository.memoryBytes).toBe(2 * SIZE);
    expect(bench.events.filter((event) => event.endsWith('(memory)'))).toHaveLength(1);
  });

  test('one that a client unloads is not brought back by requests, nor by those that waited', async () => {
    const letGo = bench.hold('load breast-cancer');
    const waiting = bench.infer('breast-cancer').catch((error: unknown) => error);
    await settled();
    const unloaded = bench.repository.unload('breast-cancer');
    const late = bench.infer('breast-cancer').catch((error: unknown) => error);
    letGo();
    await unloaded;
    // The one was there first and may have had its answer; the other came after the client's word.
    const first = await waiting;
    if (first instanceof Error) expect(first).toMatchObject({ code: 'MODEL_UNLOADED' });
    expect(await late).toMatchObject({ code: 'MODEL_UNLOADED' });
    await expect(bench.infer('breast-cancer')).rejects.toMatchObject({ code: 'MODEL_UNLOADED' });
    expect(bench.states()['breast-cancer']).toBe('unloaded');
    expect(bench.events.filter((event) => event === 'load breast-cancer')).toHaveLength(1);
  });

  test('one that cannot be loaded again is refused with a time to come back, and not tried at each request', async () => {
    bench.failing = true;
    const outcomes = await Promise.allSettled([bench.infer('breast-cancer'), bench.infer('breast-cancer')]);
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({ reason: { code: 'MODEL_NOT_READY', retryAfterSeconds: 5 } });
    await expect(bench.infer('breast-cancer')).rejects.toMatchObject({ code: 'MODEL_NOT_READY' });
    expect(bench.events.filter((event) => event === 'load breast-cancer')).toHaveLength(1);
    expect(bench.repository.index()[0]).toMatchObject({
      state: 'UNAVAILABLE',
      reason: 'loading failed: the store is away',
    });
    bench.failing = false;
    // A client need not wait.
    await bench.repository.load('breast-cancer');
    await bench.infer('breast-cancer');
  });
});

test('a limit below the size of one model keeps that one', async () => {
  bench = new Bench(1);
  await bench.loadAll();
  expect(Object.values(bench.states())).toEqual(['dormant', 'dormant', 'ready']);
  for (let i = 0; i < 3; i++) await bench.infer('digits');
  await settled();
  expect(bench.states()).toEqual({ 'breast-cancer': 'dormant', digits: 'ready', diabetes: 'dormant' });
  expect(bench.events.filter((event) => event === 'load digits')).toHaveLength(1);
});
