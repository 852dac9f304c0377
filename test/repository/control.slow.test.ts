import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { status } from '@grpc/grpc-js';
import { failure } from '../grpc/support/grpc-test-client';
import { call } from '../runtime/support/http-client';
import { copyPackage, removeCopies } from '../runtime/support/packages';
import { until } from '../runtime/support/wait';
import { Asker, config, Serving, traffic } from './support/serving';

const MODELS = ['breast-cancer/1', 'breast-cancer/2', 'digits/1', 'diabetes/1'];
let serving: Serving;

afterEach(() => serving.stop());
afterAll(removeCopies);

const load = (model: string, body?: unknown) => serving.post(`/v2/repository/models/${model}/load`, body);
const unload = (model: string, body?: unknown) => serving.post(`/v2/repository/models/${model}/unload`, body);

describe('where clients may not load and unload', () => {
  beforeEach(async () => {
    serving = await Serving.start(config(MODELS, { explicitControl: false }));
  });

  test('they are refused, the index works, and the models go on', async () => {
    for (const reply of [await load('digits'), await unload('digits')]) {
      expect([reply.status, reply.json.code]).toEqual([403, 'REPOSITORY_CONTROL_OFF']);
    }
    for (const name of ['RepositoryModelLoad', 'RepositoryModelUnload'] as const) {
      const error = await failure(serving.grpc.call(name, { model_name: 'digits' }));
      expect([error.code, error.metadata.get('inferstack-code')]).toEqual([
        status.UNIMPLEMENTED,
        ['REPOSITORY_CONTROL_OFF'],
      ]);
    }
    expect(await serving.inState('READY')).toEqual(MODELS);
    expect((await new Asker(serving, 'digits/1').http()).status).toBe(200);
  });
});

describe('where clients may', () => {
  beforeEach(async () => {
    serving = await Serving.start(config(MODELS));
  });

  test('the index has the form of the extension, over both protocols', async () => {
    const wanted = MODELS.map((model) => {
      const [name, version] = model.split('/');
      return { name, version, state: 'READY', reason: '' };
    });
    expect(await serving.index()).toEqual(wanted);
    expect((await serving.grpc.call('RepositoryIndex')).models).toEqual(wanted);
    await unload('digits');
    expect((await serving.post('/v2/repository/index', { ready: true })).json).toHaveLength(3);
    expect((await serving.grpc.call('RepositoryIndex', { ready: true })).models).toHaveLength(3);
  });

  test('an unloaded model is refused until it is loaded again; the server stays ready', async () => {
    const digits = new Asker(serving, 'digits/1');
    expect(await unload('digits')).toMatchObject({ status: 200, json: {} });
    const refused = await digits.http();
    expect([refused.status, refused.json.code]).toEqual([404, 'MODEL_UNLOADED']);
    expect((await failure(digits.grpc())).code).toBe(status.NOT_FOUND);
    expect(await serving.grpc.call('ModelReady', { name: 'digits' })).toEqual({ ready: false });
    expect((await serving.get('/v2/models/digits/ready')).status).toBe(404);
    expect((await serving.get('/v2/health/ready')).status).toBe(200);
    expect(await serving.index()).toContainEqual({
      name: 'digits',
      version: '1',
      state: 'UNAVAILABLE',
      reason: 'unloaded by a client',
    });
    expect((await unload('digits')).status).toBe(200);
    expect(await serving.grpc.call('RepositoryModelLoad', { model_name: 'digits' })).toEqual({});
    expect((await digits.http()).status).toBe(200);
    await digits.grpc();
    expect(await serving.grpc.call('RepositoryModelUnload', { model_name: 'digits' })).toEqual({});
    expect(await serving.inState('UNAVAILABLE')).toEqual(['digits/1']);
  });

  test('all versions of a model come and go together, or one that is named', async () => {
    await unload('breast-cancer', { parameters: { version: '2', unload_dependents: true } });
    expect(await serving.inState('UNAVAILABLE')).toEqual(['breast-cancer/2']);
    expect((await new Asker(serving, 'breast-cancer/1').http()).status).toBe(200);
    await unload('breast-cancer');
    expect(await serving.inState('UNAVAILABLE')).toEqual(['breast-cancer/1', 'breast-cancer/2']);
    const one = { version: { string_param: '1' } };
    await serving.grpc.call('RepositoryModelLoad', {
      model_name: 'breast-cancer',
      parameters: new Map(Object.entries(one)) as never,
    });
    expect(await serving.inState('UNAVAILABLE')).toEqual(['breast-cancer/2']);
    await load('breast-cancer');
    expect(await serving.inState('READY')).toEqual(MODELS);
  });

  test('what is not configured, or asks for something else than what is, is refused', async () => {
    const code = async (reply: Promise<{ status: number; json: { code: string } }>) => {
      const { status: http, json } = await reply;
      return [http, json.code];
    };
    expect(await code(load('digit'))).toEqual([404, 'MODEL_NOT_FOUND']);
    expect(await code(load('digits', { parameters: { version: '9' } }))).toEqual([
      404,
      'MODEL_VERSION_NOT_FOUND',
    ]);
    const other = { parameters: { config: '{"max_batch_size": 4}' } };
    expect(await code(load('digits', other))).toEqual([400, 'REQUEST_INVALID']);
    expect(await code(load('digits', { parameters: [] }))).toEqual([400, 'REQUEST_INVALID']);
    expect(await code(serving.post('/v2/repository/index', { ready: 'yes' }))).toEqual([
      400,
      'REQUEST_INVALID',
    ]);
    expect(await code(serving.post('/v2/repository/index', '{'))).toEqual([400, 'REQUEST_SYNTAX']);
    expect((await serving.get('/v2/repository/index')).headers.allow).toBe('POST');
    const named = serving.grpc.call('RepositoryModelLoad', {
      model_name: 'digits',
      repository_name: 'other',
    });
    expect((await failure(named)).code).toBe(status.INVALID_ARGUMENT);
    expect(await serving.inState('READY')).toEqual(MODELS);
  });

  test('bodies may be left out or come without a content type, as clients of Triton send them', async () => {
    const { inference } = serving.role.ports;
    const bare = (route: string, body?: string) =>
      call(inference, 'POST', route, { body, headers: { 'content-type': '' } });
    expect((await call(inference, 'POST', '/v2/repository/index')).json).toHaveLength(4);
    expect((await call(inference, 'POST', '/v2/repository/models/digits/load')).status).toBe(200);
    expect((await bare('/v2/repository/index', 'no')).status).toBe(415);
  });

  test('loading anew under traffic loses no request', async () => {
    const askers = ['digits/1', 'breast-cancer/1', 'breast-cancer/2'].map(
      (model) => new Asker(serving, model),
    );
    const asked = traffic(
      askers.flatMap((asker) => [
        () => asker.http().then((reply) => expect(reply.status).toBe(200)),
        () => asker.grpc(),
      ]),
    );
    await until(() => asked.answered() > 20);
    for (let i = 0; i < 5; i++) {
      const before = asked.answered();
      expect((await load('breast-cancer')).status).toBe(200);
      await serving.grpc.call('RepositoryModelLoad', { model_name: 'digits' });
      await until(() => asked.answered() > before + 20);
    }
    await asked.stop();
  });

  test('unloading and loading under traffic: each request is answered rightly or refused, none fails', async () => {
    const digits = new Asker(serving, 'digits/1');
    const seen = new Map<string, number>();
    const ask = async () => {
      const { status: http, json } = await digits.http();
      const outcome = http === 200 ? 'ok' : `${http} ${json.code}`;
      seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
    };
    const asked = traffic(Array.from({ length: 8 }, () => ask));
    for (let i = 0; i < 5; i++) {
      const [ok, refused] = [seen.get('ok') ?? 0, seen.get('404 MODEL_UNLOADED') ?? 0];
      await until(() => (seen.get('ok') ?? 0) > ok + 5);
      expect((await unload('digits')).status).toBe(200);
      await until(() => (seen.get('404 MODEL_UNLOADED') ?? 0) > refused + 5);
      expect((await load('digits')).status).toBe(200);
    }
    await asked.stop();
    // While it is loaded again, the model is there and not ready.
    const known = ['ok', '404 MODEL_UNLOADED', '503 MODEL_NOT_READY'];
    expect([...seen.keys()].filter((outcome) => !known.includes(outcome))).toEqual([]);
  });
});

describe('a load that fails', () => {
  const spoiled = (directory: string) => path.join(directory, 'model.yaml');

  test('leaves what serves as it is and says why; the index remembers until one goes well', async () => {
    const directory = copyPackage('digits/1');
    serving = await Serving.start(config([directory, 'diabetes/1']));
    const sound = readFileSync(spoiled(directory));
    const digits = new Asker(serving, directory);
    writeFileSync(spoiled(directory), Buffer.concat([sound, Buffer.from('# edited\n')]));
    const reply = await load('digits');
    expect([reply.status, reply.json.code]).toEqual([400, 'REPOSITORY_LOAD_FAILED']);
    expect(reply.json.problems.map(({ code }: { code: string }) => code)).toEqual([
      'PACKAGE_DIGEST_MISMATCH',
    ]);
    const error = await failure(serving.grpc.call('RepositoryModelLoad', { model_name: 'digits' }));
    expect(error.code).toBe(status.FAILED_PRECONDITION);
    writeFileSync(spoiled(directory), sound);
    const reason = expect.stringMatching(/^still served; loading it anew failed: PACKAGE_DIGEST_MISMATCH/);
    expect(await serving.index()).toContainEqual({ name: 'digits', version: '1', state: 'READY', reason });
    expect((await digits.http()).status).toBe(200);
    expect((await load('digits')).status).toBe(200);
    expect(await serving.index()).toContainEqual({
      name: 'digits',
      version: '1',
      state: 'READY',
      reason: '',
    });
  });

  test('of a model that was unloaded leaves it away, ready to be tried again', async () => {
    const directory = copyPackage('digits/1');
    serving = await Serving.start(config([directory]));
    const digits = new Asker(serving, directory);
    const sound = readFileSync(spoiled(directory));
    await unload('digits');
    writeFileSync(spoiled(directory), 'kind: Nothing\n');
    expect((await load('digits')).status).toBe(400);
    const refused = await digits.http();
    expect([refused.status, refused.json.code]).toEqual([503, 'MODEL_NOT_READY']);
    expect((await serving.index())[0]).toMatchObject({ state: 'UNAVAILABLE' });
    expect((await serving.health()).models[0]).toMatchObject({ state: 'failed' });
    writeFileSync(spoiled(directory), sound);
    expect((await load('digits')).status).toBe(200);
    expect((await digits.http()).status).toBe(200);
  });
});
