import type { Tensor } from '@inferstack/runtime/contract';
import { openModelPackage } from '@inferstack/runtime/model';
import { BatchScheduler } from '../../runtime/src/inference/execution/batch-scheduler';
import { startProcess } from '../../runtime/src/inference/execution/start-worker';
import { WorkerLane } from '../../runtime/src/inference/execution/worker-lane';
import { sampleInputs } from '../grpc/support/infer-request';
import { get, type Reply } from '../runtime/support/http-client';
import { endProcesses, RuntimeProcess } from '../runtime/support/process';
import { until } from '../runtime/support/wait';
import { exampleModel } from '../support/endpoint';
import { config } from './support/serving';
import { signal, workersOf } from './support/workers';

jest.setTimeout(120_000);

describe('a process whose worker ends again and again', () => {
  afterEach(endProcesses);

  test('wants no traffic any more, drains, and ends with a code of its own', async () => {
    const base = config(['digits/1']);
    const runtime = new RuntimeProcess({
      ...base,
      drain: { delayMs: 2_000, timeoutMs: 5_000 },
      execution: { ...base.execution, placement: 'processes', workers: 1 },
      logging: { level: 'info' },
    });
    const { inference } = await runtime.ready();
    const pid = Number(runtime.log.find(({ event }) => event === 'start')!['pid']);
    let ended: number | string | undefined;
    let last: Reply | undefined;
    void runtime.exit.then((code) => {
      ended = code;
    });
    await until(async () => {
      for (const worker of workersOf(pid)) signal(worker, 'SIGKILL');
      last = await get(inference, '/v2/health/ready').catch(() => last);
      return ended !== undefined;
    }, 60_000);
    expect(ended).toBe(5);
    expect(last).toMatchObject({ status: 503, json: { ready: false } });
    const events = runtime.log.map(({ event }) => String(event));
    expect(events.filter((event) => event === 'worker_lost')).toHaveLength(5);
    // A second worker may be lost between the verdict and the stop.
    const after = events.slice(events.indexOf('failed')).filter((event) => event !== 'worker_lost');
    expect(after).toEqual(['failed', 'stop', 'drain', 'stopped']);
  });
});

describe('a lane', () => {
  const pkg = openModelPackage(exampleModel('breast-cancer', '1'));
  const spec = { directory: pkg.directory, manifest: pkg.manifest, session: { intraOpThreads: 1 } };
  const rules = { hasBatch: true, hasVariableShape: false, maxBatchRows: 4, maxWaitMs: 0 };
  const inputs: Tensor[] = sampleInputs(pkg, 0);
  const opened: BatchScheduler[] = [];

  afterEach(async () => {
    for (const scheduler of opened.splice(0)) await scheduler.close();
  });

  async function open() {
    const seen = { lost: 0, givenUp: [] as string[] };
    const lane = new WorkerLane(startProcess, spec, {
      hangMs: 30_000,
      onIdle: () => scheduler.wake(),
      onLost: () => {
        seen.lost++;
      },
      onGivenUp: (reason) => void seen.givenUp.push(reason),
    });
    const scheduler = new BatchScheduler([lane], rules, { onRun: () => undefined }, () => new Error('lost'));
    await lane.open();
    opened.push(scheduler);
    return { seen, lane, scheduler };
  }

  /** Kills each worker as it comes up, that many times. */
  async function crash(times: number, lane: WorkerLane, seen: { lost: number }): Promise<void> {
    for (let i = 0; i < times; i++) {
      const before = seen.lost;
      await until(() => lane.idle);
      for (const worker of workersOf(process.pid)) signal(worker, 'SIGKILL');
      await until(() => seen.lost > before);
    }
  }

  test('that was given up fails what waits and what comes, and can be closed', async () => {
    const { seen, lane, scheduler } = await open();
    await crash(4, lane, seen);
    expect(seen.givenUp).toEqual([]);
    await crash(1, lane, seen);
    expect(seen.givenUp).toEqual(['the worker process ended with SIGKILL']);
    await expect(scheduler.run(inputs)).rejects.toThrow('lost');
    for (const each of opened.splice(0)) await each.close();
    expect(workersOf(process.pid)).toEqual([]);
  });

  test('that runs between its losses is never given up', async () => {
    const { seen, lane, scheduler } = await open();
    for (let round = 0; round < 3; round++) {
      await crash(3, lane, seen);
      expect(await scheduler.run(inputs)).toHaveLength(1);
    }
    expect(seen).toEqual({ lost: 9, givenUp: [] });
  });
});
