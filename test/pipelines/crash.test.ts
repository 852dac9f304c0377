import type { PipelineSpec } from '../../runtime/src/contract';
import { InferenceService, ModelInstance, ModelRepository, OnnxSession } from '../../runtime/src/inference';
import { BatchScheduler } from '../../runtime/src/inference/execution/batch-scheduler';
import { startProcess } from '../../runtime/src/inference/execution/start-worker';
import { type StartWorker, WorkerLane } from '../../runtime/src/inference/execution/worker-lane';
import { openModelPackage } from '../../runtime/src/model';
import { PipelineMetrics, RuntimeMetrics } from '../../runtime/src/monitoring';
import { openPipeline } from '../../runtime/src/pipelines';
import { exampleModel } from '../support/endpoint';
import { features, ROWS } from './support/features';
import { ensemble, model, pipeline, SECOND, sequence } from './support/steps';

jest.setTimeout(60_000);

const packages = ['1', '2'].map((version) => openModelPackage(exampleModel('breast-cancer', version)));
const facts = { loadSeconds: 0, goldenSamples: 0 };
const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A worker process that dies whenever it is given a run. */
const dyingOnRun: StartWorker = (...args) => {
  const handle = startProcess(...args);
  return {
    ...handle,
    send: (message) => {
      if (message.type === 'run') handle.kill();
      return handle.send(message);
    },
  };
};

/** Both models, the second in a worker that every run kills, and a pipeline of them. */
async function open(spec: PipelineSpec) {
  const losses: string[] = [];
  const metrics = new RuntimeMetrics();
  const session = await OnnxSession.load(packages[0]!, { intraOpThreads: 1 });
  const { directory, manifest } = packages[1]!;
  const lane = new WorkerLane(
    dyingOnRun,
    { directory, manifest, session: { intraOpThreads: 1 } },
    {
      hangMs: 30_000,
      onIdle: () => scheduler.wake(),
      onLost: (reason) => void losses.push(reason),
      onGivenUp: () => undefined,
    },
  );
  const rules = { hasBatch: true, hasVariableShape: false, maxBatchRows: 8, maxWaitMs: 0 };
  const scheduler = new BatchScheduler([lane], rules, { onRun: () => undefined }, () => new Error('lost'));
  await lane.open();
  const repository = new ModelRepository(
    packages.map((pkg) => pkg.manifest),
    undefined,
    [spec],
  );
  repository.add(new ModelInstance(packages[0]!, session, facts));
  repository.add(new ModelInstance(packages[1]!, scheduler, facts));
  const pipelineMetrics = new PipelineMetrics(metrics.registry);
  repository.add(openPipeline(spec, 'test', { repository, metrics, pipelineMetrics, maxWaitMs: 30_000 }));
  closing.push(
    () => session.close(),
    () => scheduler.close(),
    () => metrics.close(),
  );
  return { service: new InferenceService(repository, metrics), losses };
}

const second = model('second', SECOND);
const inputs = [features(ROWS.slice(0, 3))];

test('a step whose worker dies with every attempt is done without', async () => {
  const members = [model('first'), { ...second, onError: { kind: 'skip' } } as const];
  const { service, losses } = await open(pipeline(ensemble('root', members)));
  const { outputs, degraded } = await service.infer('risk', undefined, inputs);
  const alone = await service.infer('breast-cancer', '1', inputs);
  expect(outputs).toEqual(alone.outputs);
  expect(degraded).toEqual([{ step: 'second', cause: 'failed', action: 'skipped' }]);
  expect(losses).toEqual(Array(2).fill('the worker process ended with SIGKILL'));
});

test('a failed step fails what needs it, and starts nothing after it', async () => {
  const last = model('last', { inputs: { features: 'request.features' } });
  const root = sequence('root', [second, last], { a: 'second.probabilities', b: 'last.probabilities' });
  const { service } = await open(pipeline(root, { prediction: null }));
  await expect(service.infer('risk', undefined, inputs)).rejects.toMatchObject({
    code: 'PIPELINE_STEP_FAILED',
    message: 'Step second of pipeline risk failed.',
  });
});

test('a caller who has left is not served by anything that stands in', async () => {
  const spec = pipeline({ ...second, onError: { kind: 'default', outputs: { probabilities: 0 } } });
  const { service } = await open(spec);
  const caller = { gone: false };
  const asked = service.infer('risk', undefined, inputs, undefined, caller);
  caller.gone = true;
  await expect(asked).rejects.toMatchObject({ code: 'REQUEST_CANCELLED' });
});
