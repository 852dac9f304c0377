import { renameSync } from 'node:fs';
import { estimateMemory } from '../../runtime/src/inference/repository/memory-estimate';
import { copyPackage, removeCopies } from '../runtime/support/packages';
import { densePackage } from '../support/dense-model';
import { removeTemporaryDirectories } from '../support/package-builder';
import { Asker, config, Serving } from './support/serving';

const MODELS = ['breast-cancer/1', 'breast-cancer/2', 'digits/1', 'diabetes/1'];
let serving: Serving;

afterAll(() => {
  removeCopies();
  removeTemporaryDirectories();
});

describe('the estimate', () => {
  const MIB = 1024 * 1024;
  const dense = densePackage();
  const weights = dense.files.find(({ path }) => path === 'model.onnx')!.bytes;

  test.each([
    ['inline', 1, false, 2 * weights + weights],
    ['inline', 1, true, weights + weights],
    ['threads', 2, false, 4 * weights + 2 * (weights + 9 * MIB)],
    ['threads', 2, true, weights + 2 * (weights + 9 * MIB)],
    ['processes', 2, true, weights + 2 * (weights + 50 * MIB)],
  ] as const)('%s with %i workers, weights shared %s', (placement, workers, weightsShared, wanted) => {
    expect(estimateMemory(dense, { placement, workers, weightsShared })).toBe(wanted);
  });

  test('the arena is between 1 and 16 MiB; documents do not count', () => {
    const facts = { placement: 'inline', workers: 1, weightsShared: true } as const;
    const file = (path: string, bytes: number) => ({ path, bytes, sha256: '' });
    expect(estimateMemory({ files: [file('model.onnx', 1000)] }, facts)).toBe(1000 + MIB);
    const large = { files: [file('model.onnx', 100 * MIB), file('samples.jsonl', 5000 * MIB)] };
    expect(estimateMemory(large, facts)).toBe(116 * MIB);
  });
});

describe('with room for less than is configured', () => {
  afterEach(() => serving.stop());

  test('requests for all models at once are all answered rightly, and what was used last stays', async () => {
    serving = await Serving.start(config(MODELS, { maxMemoryBytes: 1 }));
    expect(await serving.inState('READY')).toEqual(['diabetes/1']);
    expect((await serving.get('/v2/health/ready')).status).toBe(200);
    const askers = MODELS.map((model) => new Asker(serving, model));
    const outcomes: number[] = [];
    const client = async (seed: number) => {
      for (let i = 0; i < 15; i++) {
        const asker = askers[(seed * 7 + i * (seed + 1)) % askers.length]!;
        if (seed % 2 === 0) outcomes.push((await asker.http()).status);
        else await asker.grpc().then(() => outcomes.push(200));
      }
    };
    await Promise.all(Array.from({ length: 8 }, (_, seed) => client(seed)));
    expect(outcomes).toEqual(Array(120).fill(200));
    expect((await serving.get('/v2/health/ready')).status).toBe(200);
    await askers[2]!.http();
    expect(await serving.inState('READY')).toEqual(['digits/1']);
    const { memory } = await serving.health();
    expect(memory).toEqual({ estimatedBytes: expect.any(Number), maxBytes: 1 });
    expect(memory.estimatedBytes).toBeGreaterThan(1024 * 1024);
  });

  test('a model that is put away is still told of, and is ready: a request is what brings it back', async () => {
    serving = await Serving.start(config(MODELS, { maxMemoryBytes: 1 }));
    const away = new Asker(serving, 'breast-cancer/1');
    expect(await serving.index()).toContainEqual({
      name: 'breast-cancer',
      version: '1',
      state: 'UNAVAILABLE',
      reason: 'unloaded to stay within repository.maxMemoryBytes; a request loads it again',
    });
    expect((await serving.get(away.route)).json).toMatchObject({ digest: away.pkg.digest });
    expect((await serving.get(`${away.route}/ready`)).status).toBe(200);
    const named = { name: 'breast-cancer', version: '1' };
    expect(await serving.grpc.call('ModelReady', named)).toEqual({ ready: true });
    expect((await serving.health()).models[0]).toMatchObject({ state: 'dormant' });
    await away.grpc();
    expect(await serving.inState('READY')).toEqual(['breast-cancer/1']);
  });

  test('each load checks the digest: a package that was changed or is gone does not come back', async () => {
    const directory = copyPackage('digits/1');
    serving = await Serving.start(config([directory, 'diabetes/1'], { maxMemoryBytes: 1 }));
    const digits = new Asker(serving, directory);
    renameSync(`${directory}/baseline.json`, `${directory}/other.json`);
    const reply = await digits.http();
    expect([reply.status, reply.json.code, reply.headers['retry-after']]).toEqual([
      503,
      'MODEL_NOT_READY',
      '5',
    ]);
    expect((await serving.index())[0]).toMatchObject({
      state: 'UNAVAILABLE',
      reason: expect.stringMatching(/^loading failed: .*(PACKAGE|BASELINE|DIGEST)/),
    });
    expect((await new Asker(serving, 'diabetes/1').http()).status).toBe(200);
    renameSync(`${directory}/other.json`, `${directory}/baseline.json`);
    expect((await serving.post('/v2/repository/models/digits/load')).status).toBe(200);
    expect((await digits.http()).status).toBe(200);
  });

  test('a request whose time is over while the model is loaded is told so', async () => {
    const limits = { maxBodyBytes: 1_000_000, requestTimeoutMs: 1, maxInFlight: 10 };
    const given = config(MODELS, { maxMemoryBytes: 1 });
    serving = await Serving.start({ ...given, limits });
    const reply = await new Asker(serving, 'breast-cancer/1').http();
    expect([408, 504]).toContain(reply.status);
  });
});
