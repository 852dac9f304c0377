import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { RuntimeConfig } from '@inferstack/runtime/contract';
import { openModelPackage } from '@inferstack/runtime/model';
import { call, get, post } from '../runtime/support/http-client';
import { MODELS as EXAMPLES, modelEntry, samples } from '../runtime/support/packages';
import { endProcesses, RuntimeProcess } from '../runtime/support/process';
import { postHead, RawClient } from '../runtime/support/raw-client';
import { until } from '../runtime/support/wait';
import type { Container } from './container';
import type { Report } from './report';

export const MODELS = ['breast-cancer/1', 'diabetes/1', 'digits/1'];

const INFER = '/v2/models/breast-cancer/infer';
const USER = '10001';

/** The same requests to the container and to a process of this machine: the answers are the same, byte for byte. */
export async function checkPredictions(container: Container, config: RuntimeConfig): Promise<string> {
  const address = { host: '127.0.0.1', port: 0 };
  const outside = new RuntimeProcess({
    ...config,
    models: MODELS.map(modelEntry),
    listeners: { inference: address, grpc: null, management: address },
  });
  try {
    const { inference } = await outside.ready();
    const requests = MODELS.flatMap(requestsOf);
    for (const [route, body] of requests) {
      const [inside, wanted] = [
        await post(container.inference, route, body),
        await post(inference, route, body),
      ];
      assert.equal(wanted.status, 200, wanted.text);
      assert.equal(inside.status, 200, inside.text);
      assert.equal(inside.text, wanted.text);
    }
    const [refusal, wanted] = [
      await post(container.inference, INFER, { inputs: [] }),
      await post(inference, INFER, { inputs: [] }),
    ];
    assert.equal(refusal.status, 422);
    // Each request has an id of its own.
    assert.deepEqual({ ...refusal.json, requestId: '' }, { ...wanted.json, requestId: '' });
    return `${requests.length} predictions of ${MODELS.length} models, one refusal`;
  } finally {
    await endProcesses();
  }
}

/** Three golden samples of a model, in the form of the protocol. */
function requestsOf(model: string): [route: string, body: object][] {
  const { manifest } = openModelPackage(path.join(EXAMPLES, model));
  return samples(model)
    .slice(0, 3)
    .map((sample) => {
      const inputs = manifest.signature.inputs.map(({ name, dtype }) => {
        const data: unknown = sample.inputs[name];
        return { name, datatype: dtype, shape: shapeOf(data), data };
      });
      return [`/v2/models/${manifest.name}/infer`, { inputs }];
    });
}

function shapeOf(data: unknown): number[] {
  return Array.isArray(data) ? [data.length, ...shapeOf(data[0])] : [];
}

/** The first process is the runtime itself, as the user of the image, with no privilege. */
export async function checkProcess(container: Container): Promise<string> {
  const field = await container.processStatus();
  assert.deepEqual(field('Uid'), Array(4).fill(USER));
  assert.deepEqual(field('Gid'), Array(4).fill(USER));
  assert.deepEqual(field('NSpid').slice(-1), ['1']);
  assert.deepEqual(field('CapEff'), ['0000000000000000']);
  assert.deepEqual(field('NoNewPrivs'), ['1']);
  assert.deepEqual(field('Name'), ['node']);
  return `uid ${USER}, process 1, no capability, seccomp mode ${field('Seccomp')[0]}`;
}

/** Not even root writes outside /tmp; there, archives were unpacked. */
export async function checkReadOnly(container: Container): Promise<undefined> {
  for (const folder of ['/', '/app', '/app/dist', '/etc', '/usr', '/var/tmp', '/models']) {
    const { code, stderr } = await container.exec('0', 'touch', `${folder}/written`);
    assert.notEqual(code, 0, `${folder} can be written`);
    assert.match(stderr, /Read-only file system/);
  }
  const { stdout } = await container.exec(USER, 'find', '/tmp/inferstack', '-name', 'model.onnx');
  assert.equal(stdout.trim().split('\n').length, MODELS.length);
}

/** The container's limit of memory is that of its Node, and is not reached by serving. */
export async function checkMemory(report: Report, container: Container, memoryMiB: number): Promise<void> {
  const limit = memoryMiB * 2 ** 20;
  await report.check('--memory: the heap of Node keeps below the limit', async () => {
    const seen = await container.evaluate(
      '[process.constrainedMemory(), require("v8").getHeapStatistics().heap_size_limit]',
    );
    assert.equal(seen[0], limit);
    assert.ok(seen[1] < limit, `a heap of ${seen[1]} bytes in ${limit}`);
    return `${mebibytes(seen[1])} of ${memoryMiB} MiB`;
  });
  await report.check('--memory: serving keeps below the limit', async () => {
    const requests = MODELS.flatMap(requestsOf);
    const clients = Array.from({ length: 8 }, async () => {
      for (let round = 0; round < 20; round += 1) {
        for (const [route, body] of requests) {
          assert.equal((await post(container.inference, route, body)).status, 200);
        }
      }
    });
    await Promise.all(clients);
    const { text } = await get(container.management, '/metrics');
    const resident = Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)![1]);
    assert.ok(resident > 0 && resident < limit, `${resident} of ${limit} bytes`);
    assert.equal(await container.inspect('{{.State.OOMKilled}}'), 'false');
    return `${mebibytes(resident)} of ${memoryMiB} MiB after ${8 * 20 * requests.length} predictions`;
  });
}

const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);

/** One worker of each model per core of the quota. Returns the threads of the process. */
export async function checkWorkers(container: Container, cpus: number): Promise<number> {
  const { models } = await container.health();
  const wanted = { placement: 'threads', workers: Math.min(cpus, availableParallelism()) };
  assert.equal(models.length, MODELS.length);
  for (const { execution } of models) {
    assert.deepEqual({ placement: execution.placement, workers: execution.workers }, wanted);
  }
  return container.threads();
}

/** SIGTERM while a request is half sent: it is answered, nothing new is taken, and the process ends by itself. */
export async function checkDrain(report: Report, container: Container): Promise<void> {
  const body = JSON.stringify(requestsOf('breast-cancer/1')[0]![1]);
  const client = await RawClient.open(container.inference);
  client.send(postHead(INFER, body.length) + body.slice(0, 40));
  const inFlight = async () =>
    /^inferstack_requests_in_flight 1$/m.test((await get(container.management, '/metrics')).text);
  await until(inFlight);
  await container.terminate();
  await report.check('SIGTERM: nothing new is taken', async () => {
    await until(() => refused(container.inference));
    return undefined;
  });
  await report.check('HEALTHCHECK: unhealthy while draining', async () => {
    assert.equal(await container.healthcheck(), 1);
  });
  await report.check('SIGTERM: the request in progress is answered', async () => {
    client.send(body.slice(40));
    await until(() => client.closed);
    assert.equal(client.status, 200);
    assert.match(client.body!, /"outputs"/);
  });
  await report.check('SIGTERM: ends with exit code 0', async () => {
    assert.equal(await container.exitCode(), 0);
  });
}

const refused = (port: number): Promise<boolean> =>
  call(port, 'GET', '/v2/health/live').then(
    () => false,
    () => true,
  );
