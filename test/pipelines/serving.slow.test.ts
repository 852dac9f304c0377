import type { PipelineSpec } from '../../runtime/src/contract';
import { inferRequest, outputsOf } from '../grpc/support/infer-request';
import { Serving, config as servingConfig } from '../repository/support/serving';
import { echoPackage } from '../runtime/support/echo-package';
import { parseExposition } from '../runtime/support/exposition-parser';
import { post } from '../runtime/support/http-client';
import { startRole } from '../runtime/support/in-process';
import { testConfig } from '../runtime/support/packages';
import { briefly, problemsOfAsync, removeTemporaryDirectories } from '../support/package-builder';
import { features, inferBody, namedRows, output, ROWS } from './support/features';
import { choose, ensemble, fallback, LARGE, model, pipeline, SECOND, sequence } from './support/steps';

const MODELS = ['breast-cancer/1', 'breast-cancer/2'];
const second = model('second', SECOND);
const rows = ROWS.slice(0, 40);

let started: Serving | undefined;
afterEach(async () => {
  await started?.stop();
  started = undefined;
});
afterAll(removeTemporaryDirectories);

let serving: Serving;
async function start(specs: readonly PipelineSpec[], models: readonly string[] = MODELS): Promise<void> {
  started = await Serving.start(servingConfig(models, {}, { pipelines: [...specs] }));
  serving = started;
}

const alone = (version: string, asked: typeof rows): Promise<number[]> =>
  serving.post(`/v2/models/breast-cancer/versions/${version}/infer`, inferBody(asked)).then(output);
const ask = (asked = rows) => serving.post('/v2/models/risk/infer', inferBody(asked));

test('an ensemble is the mean that is reckoned by hand', async () => {
  const weighted = ensemble('root', [model('first'), second], {
    combine: [{ output: 'probabilities', method: 'mean', weights: [3, 1] }],
  });
  const top = ensemble('top', [model('a'), model('b', SECOND)], {
    combine: [{ output: 'probabilities', method: 'max', weights: null }],
  });
  await start([pipeline(weighted), pipeline(top, { name: 'top' })]);
  const [one, two] = await Promise.all([alone('1', rows), alone('2', rows)]);
  expect(output(await ask())).toEqual(one.map((p, i) => Math.fround((3 * p + two[i]!) / 4)));
  const highest = await serving.post('/v2/models/top/infer', inferBody(rows));
  expect(output(highest)).toEqual(one.map((p, i) => Math.max(p, two[i]!)));
});

test('rows of one request go different ways, each answered bit by bit as by its model alone', async () => {
  await start([pipeline(choose('root', LARGE, second, model('first')))]);
  const large = rows.filter((row) => row[0]! >= 15);
  const small = rows.filter((row) => row[0]! < 15);
  expect([large.length > 3, small.length > 3]).toEqual([true, true]);
  const answers = { large: await alone('2', large), small: await alone('1', small) };
  const expected = rows.flatMap((row) => (row[0]! >= 15 ? answers.large : answers.small).splice(0, 2));
  const reply = await ask();
  expect(output(reply)).toEqual(expected);
  expect(reply.headers).not.toHaveProperty('x-inferstack-degraded');
  // All rows one way.
  expect(output(await ask(small))).toEqual(await alone('1', small));
  expect(output(await ask(large))).toEqual(await alone('2', large));
});

test('the outputs of a step are the inputs of the next', async () => {
  const after = echoPackage('after', [{ input: 'x', dtype: 'FP32', type: 'FLOAT', value: 0.5 }], ['n', 2]);
  const last = model('last', {
    ...{ model: 'after', version: '1' },
    inputs: { x: 'second.scores' },
    outputs: { probabilities: 'x-out' },
  });
  const root = sequence('root', [{ ...second, outputs: { scores: 'probabilities' } }, last], {
    probabilities: 'last.probabilities',
  });
  await start([pipeline(root)], [...MODELS, after]);
  expect(output(await ask())).toEqual(await alone('2', rows));
});

test('a pipeline is asked like a model: metadata, predictions, OpenAPI, gRPC, other contracts', async () => {
  const root = ensemble('root', [model('first'), second]);
  const base = servingConfig(
    MODELS,
    {},
    { pipelines: [pipeline(root)], contracts: ['azureml', 'kserve-v1'] },
  );
  started = await Serving.start(base);
  serving = started;
  const metadata = (await serving.get('/v2/models/risk')).json;
  expect(metadata).toMatchObject({
    ...{ name: 'risk', versions: ['1'], platform: 'ensemble' },
    inputs: [{ name: 'features', datatype: 'FP32', shape: [-1, 30] }],
    outputs: [{ name: 'probabilities', datatype: 'FP32', shape: [-1, 2] }],
    steps: [
      { step: 'first', model: 'breast-cancer', version: '1' },
      { step: 'second', model: 'breast-cancer', version: '2' },
    ],
  });
  const mean = output(await ask());
  const predicted = await serving.post('/v2/models/risk/predict', { rows: namedRows(rows) });
  expect(predicted.json.predictions.map(({ score }: { score: number }) => score)).toEqual(
    mean.filter((_, i) => i % 2 === 0),
  );
  expect(predicted.json.predictions[0].decision).toBe(mean[0]! >= 0.3 ? 'above' : 'below');
  expect(Object.keys(predicted.json)).toEqual(['model', 'model_version', 'predictions']);
  const openapi = await serving.get('/v2/models/risk/openapi.json');
  expect(Object.keys(openapi.json.paths)).toContain('/v2/models/risk/infer');
  const response = await serving.grpc.call('ModelInfer', inferRequest('risk', [features(rows)]));
  expect([...outputsOf(response)[0]!.data]).toEqual(mean);
  expect(await serving.grpc.call('ModelMetadata', { name: 'risk' })).toMatchObject({ platform: 'ensemble' });
  const kserve = await serving.post('/v1/models/risk:predict', { instances: rows.slice(0, 2) });
  expect(kserve.json.predictions).toEqual([mean.slice(0, 2), mean.slice(2, 4)]);
  // A route without a name means the pipeline, not one of its models.
  const azure = await serving.post('/score', { data: rows.slice(0, 1) });
  expect(azure.json).toEqual([mean.slice(0, 2)]);
});

test('what is wrong with a request is told before any step runs', async () => {
  await start([pipeline(ensemble('root', [model('first'), second]))]);
  const refused = await ask([[...rows[0]!.slice(0, 29), 99]]);
  expect(refused.status).toBe(422);
  expect(refused.json.problems[0]).toMatchObject({ code: 'INPUT_OUT_OF_RANGE' });
  expect(await serving.metrics()).toContain(
    'inferstack_pipeline_steps_total{pipeline="risk",version="1",step="first",outcome="ok"} 0',
  );
});

describe('a model that is missing', () => {
  const UNLOAD = '/v2/repository/models/breast-cancer/unload';
  const unload = (version: string) => serving.post(UNLOAD, { parameters: { version } });
  const degraded = (asked = rows) => ask(asked).then(({ headers }) => headers['x-inferstack-degraded']);

  test('is done without, and the answer says so in every protocol', async () => {
    await start([pipeline(ensemble('root', [model('first'), { ...second, onError: { kind: 'skip' } }]))]);
    expect((await serving.get('/v2/models/risk/ready')).status).toBe(200);
    await unload('2');
    const text = 'second;cause=unavailable;action=skipped';
    const reply = await ask();
    expect(output(reply)).toEqual(await alone('1', rows));
    expect(reply.headers['x-inferstack-degraded']).toBe(text);
    expect(reply.json.parameters).toEqual({ degraded: text });
    const predicted = await serving.post('/v2/models/risk/predict', { rows: namedRows(rows) });
    expect(predicted.json.degraded).toEqual([{ step: 'second', cause: 'unavailable', action: 'skipped' }]);
    const response = await serving.grpc.call('ModelInfer', inferRequest('risk', [features(rows)]));
    expect(response.parameters.get('degraded')).toMatchObject({ string_param: text });
    // Answers are given, and yet it is not complete.
    expect((await serving.get('/v2/models/risk/ready')).status).toBe(503);
    expect(await serving.grpc.call('ModelReady', { name: 'risk' })).toEqual({ ready: false });
    expect((await serving.index()).find(({ name }) => name === 'risk')).toMatchObject({
      state: 'UNAVAILABLE',
      reason: 'model breast-cancer version 2 does not serve',
    });
    expect((await serving.health()).pipelines).toMatchObject([{ name: 'risk', ready: false }]);
  });

  test('is counted by step, outcome and cause', async () => {
    await start([pipeline(ensemble('root', [model('first'), { ...second, onError: { kind: 'skip' } }]))]);
    await ask();
    await unload('2');
    await ask();
    const samples = parseExposition(await serving.metrics()).flatMap((family) => family.samples);
    const value = (name: string, labels: Record<string, string>) =>
      samples.find((s) => s.name === name && Object.entries(labels).every(([k, v]) => s.labels[k] === v))
        ?.value;
    const steps = 'inferstack_pipeline_steps_total';
    expect(value(steps, { step: 'first', outcome: 'ok' })).toBe(2);
    expect(value(steps, { step: 'second', outcome: 'ok' })).toBe(1);
    expect(value(steps, { step: 'second', outcome: 'skipped' })).toBe(1);
    expect(value('inferstack_pipeline_step_errors_total', { step: 'second', cause: 'unavailable' })).toBe(1);
    expect(value('inferstack_pipeline_degraded_total', { pipeline: 'risk' })).toBe(1);
    expect(value('inferstack_pipeline_step_duration_seconds_count', { step: 'root' })).toBe(2);
    expect(value('inferstack_requests_total', { model: 'risk', route: 'infer', code: '200' })).toBe(2);
    // Runs of the model count for the model, whoever asked.
    expect(value('inferstack_rows_total', { model: 'breast-cancer', version: '1' })).toBe(80);
  });

  test('is replaced by another step, by another model, or by a default', async () => {
    const value = { kind: 'default', outputs: { probabilities: 0.25 } } as const;
    await start([
      pipeline(fallback('root', [second, model('first')])),
      pipeline(
        model('only', { ...SECOND, onError: { kind: 'fallback', model: 'breast-cancer', version: '1' } }),
        { name: 'other' },
      ),
      pipeline(model('only', { ...SECOND, onError: value }), { name: 'fixed' }),
    ]);
    expect(await degraded()).toBeUndefined();
    expect(output(await ask())).toEqual(await alone('2', rows));
    await unload('2');
    expect(await degraded()).toBe('second;cause=unavailable;action=replaced');
    expect(output(await ask())).toEqual(await alone('1', rows));
    const other = await serving.post('/v2/models/other/infer', inferBody(rows));
    expect(other.headers['x-inferstack-degraded']).toBe('only;cause=unavailable;action=replaced');
    expect(output(other)).toEqual(await alone('1', rows));
    const fixed = await serving.post('/v2/models/fixed/infer', inferBody(rows.slice(0, 2)));
    expect(output(fixed)).toEqual([0.25, 0.25, 0.25, 0.25]);
    expect(fixed.headers['x-inferstack-degraded']).toBe('only;cause=unavailable;action=defaulted');
  });

  test('says which rows of the request had to do without it', async () => {
    const branch = {
      ...second,
      onError: { kind: 'fallback', model: 'breast-cancer', version: '1' },
    } as const;
    await start([pipeline(choose('root', LARGE, branch, model('first')))]);
    await unload('2');
    const large = rows.flatMap((row, i) => (row[0]! >= 15 ? [i] : []));
    expect(await degraded()).toBe(`second;cause=unavailable;action=replaced;rows=${large.length}`);
    const predicted = await serving.post('/v2/models/risk/predict', { rows: namedRows(rows) });
    expect(predicted.json.degraded[0].rows).toEqual(large);
    expect(output(await ask())).toEqual(await alone('1', rows));
  });

  test('fails the request where nothing stands in for it', async () => {
    await start([pipeline(ensemble('root', [model('first'), second]))]);
    await unload('2');
    const reply = await ask();
    expect(reply.status).toBe(503);
    expect(reply.json.error).toContain('Step second of pipeline risk');
    expect(reply.json.code).toBe('PIPELINE_STEP_UNAVAILABLE');
  });
});

test('a pipeline is not loaded or unloaded by itself', async () => {
  await start([pipeline(second)]);
  for (const what of ['load', 'unload']) {
    const reply = await serving.post(`/v2/repository/models/risk/${what}`, {});
    expect([reply.status, reply.json.code]).toEqual([409, 'REPOSITORY_PIPELINE']);
  }
});

test('a pipeline answers only when its models are loaded', async () => {
  const role = await startRole(testConfig(MODELS, { pipelines: [pipeline(second)] }));
  try {
    const reply = await post(role.ports.inference, '/v2/models/risk/infer', inferBody(rows));
    expect([reply.status, reply.json.code]).toEqual([503, 'MODEL_NOT_READY']);
  } finally {
    await role.stop();
  }
});

test('a pipeline that does not fit keeps the process from starting, or from becoming ready', async () => {
  const taken = testConfig(MODELS, {
    pipelines: [pipeline(model('first', { version: '7' }), { name: 'breast-cancer' })],
  });
  expect(briefly(await problemsOfAsync(() => startRole(taken)))).toEqual([
    'PIPELINE_NAME at INFERSTACK_CONFIG: pipelines[0].name',
    'PIPELINE_MODEL at INFERSTACK_CONFIG: pipelines[0]: step first',
  ]);
  const wrong = pipeline(model('first', { inputs: {} }));
  const role = await startRole(testConfig(MODELS, { pipelines: [wrong] }));
  expect(briefly(await problemsOfAsync(() => role.load()))).toEqual([
    'PIPELINE_INPUT at pipeline risk: step first: inputs.features',
  ]);
  await role.stop();
});
