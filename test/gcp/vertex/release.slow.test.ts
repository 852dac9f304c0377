import { spawnSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Duration, Rollout } from 'inferstack';
import { temporaryFolder } from '../../support/temporary-folder';
import { FakeVertex } from './support/fake-vertex';
import { type Run, run, SCRIPT } from './support/release';
import { type Options, type Release, releaseOf, synthesize } from './support/synthesize';

// The program that releases write, run as an operator does: real bash, curl and jq, against a server that stands for
// Vertex AI.

const ENDPOINT = 'projects/my-project-123/locations/europe-west1/endpoints/1234567890';
const REGISTER = 'POST models:upload';
const DEPLOY = 'POST endpoints:deployModel';
const ROUTE = 'PATCH endpoints';
const UNDEPLOY = 'POST endpoints:undeployModel';

let vertex: FakeVertex;
let server: string;
beforeEach(async () => {
  vertex = new FakeVertex();
  server = await vertex.start();
});
afterEach(() => vertex.stop());

/** A release as `terraform output -json` tells it; alarms are watched for a second. */
function release(change: Partial<Release> = {}, options: Options = {}): Release {
  const props = { rollout: Rollout.rolling({ timeout: Duration.minutes(10) }) };
  const document = releaseOf(synthesize(options, props));
  const known = JSON.parse(
    JSON.stringify(document).replace(/\$\{[^}]*\.email\}/g, 'a@b.iam.gserviceaccount.com'),
  );
  return { ...known, endpoint: ENDPOINT, watch: { ...known.watch, seconds: 1 }, ...change };
}

const outputs = (...releases: Release[]) =>
  Object.fromEntries(
    releases.map((value, i) => [`Endpoint_Release_${i}`, { sensitive: false, type: 'object', value }]),
  );

const start = (args: string[], document: Release): Promise<Run> => run(args, server, outputs(document));
const deploy = (document: Release): Promise<Run> => start(['deploy'], document);
/** The same release with another image. */
const next = (document: Release, image = 'other'): Release => ({
  ...document,
  model: { ...document.model, containerSpec: { ...document.model.containerSpec, imageUri: image } },
});
const serving = () =>
  vertex.deployed.filter(({ id }) => vertex.split[id] === 100).map((model) => model.modelVersionId);

test('bash reads it, and whoever gets the stack may run it', () => {
  expect(spawnSync('bash', ['-n', SCRIPT]).status).toBe(0);
  expect(statSync(SCRIPT).mode & 0o111).toBe(0o111);
});

test('the first release is registered, deployed without traffic, and then routed', async () => {
  const document = release();
  const { code } = await deploy(document);
  expect(code).toBe(0);
  expect(vertex.calls).toEqual([REGISTER, DEPLOY, ROUTE]);
  expect(vertex.bodies[0]).toMatchObject({
    modelId: 'serving-endpoint',
    model: {
      containerSpec: document['model'].containerSpec,
      versionAliases: [expect.stringMatching(/^m-[0-9a-f]{16}$/)],
    },
  });
  expect(vertex.bodies[1]).not.toHaveProperty('trafficSplit');
  expect(vertex.bodies[1]).toMatchObject({
    deployedModel: {
      ...document['deployedModel'],
      displayName: expect.stringMatching(/^serving-endpoint-[0-9a-f]{16}$/),
    },
  });
  expect(serving()).toEqual(['1']);
});

test('again, it does nothing', async () => {
  await deploy(release());
  const before = vertex.calls.length;
  const { code, said } = await deploy(release());
  expect(code).toBe(0);
  expect(said).toContain('serves already');
  expect(vertex.calls).toHaveLength(before);
});

test('a new release takes over, its alarms are watched, and the old one goes', async () => {
  await deploy(release());
  const { code } = await deploy(next(release()));
  expect(code).toBe(0);
  expect(vertex.calls.slice(3)).toEqual([REGISTER, DEPLOY, ROUTE, UNDEPLOY]);
  expect(vertex.bodies[3]).toHaveProperty('parentModel');
  expect(serving()).toEqual(['2']);
  expect(vertex.deployed).toHaveLength(1);
  expect(vertex.queries.length).toBeGreaterThan(1);
  for (const query of vertex.queries) expect(query).toContain('deployed_model_id="1002"');
});

test('other replicas of the same model are not registered again', async () => {
  await deploy(release());
  const larger = { ...release(), deployedModel: { ...release()['deployedModel'], note: 'other' } };
  await deploy(larger as Release);
  expect(vertex.calls.slice(3)).toEqual([DEPLOY, ROUTE, UNDEPLOY]);
});

test.each<[string, FakeVertex['failures'], string[]]>([
  ['the registration is refused', { [REGISTER]: { status: 403, message: 'no right' } }, [REGISTER]],
  ['the registration fails later', { [REGISTER]: { operation: 'the image cannot be pulled' } }, [REGISTER]],
  ['the deployment is refused', { [DEPLOY]: { status: 429, message: 'no quota' } }, [REGISTER, DEPLOY]],
  ['golden samples fail', { [DEPLOY]: { operation: 'Model server never became ready' } }, [REGISTER, DEPLOY]],
  [
    'the traffic cannot be moved',
    { [ROUTE]: { status: 500, message: 'internal' } },
    [REGISTER, DEPLOY, ROUTE],
  ],
])('%s: the old model goes on serving, and a second run ends it', async (_, failures, calls) => {
  await deploy(release());
  const [failure] = Object.values(failures);
  vertex.failures = { ...failures };
  const failed = await deploy(next(release()));
  expect(failed.code).toBe(1);
  expect(failed.said).toContain('message' in failure! ? failure.message : failure!.operation);
  expect(vertex.calls.slice(3)).toEqual(calls);
  expect(serving()).toEqual(['1']);

  const resumed = await deploy(next(release()));
  expect(resumed.code).toBe(0);
  expect(serving()).toEqual(['2']);
  // What was done is not done again.
  const steps = vertex.calls.slice(3);
  expect(steps.filter((step) => step === ROUTE)).toHaveLength(calls.includes(ROUTE) ? 2 : 1);
  expect(steps.filter((step) => step === DEPLOY)).toHaveLength(calls.at(-1) === DEPLOY ? 2 : 1);
  expect(steps.filter((step) => step === REGISTER)).toHaveLength(calls.at(-1) === REGISTER ? 2 : 1);
  expect(vertex.versions).toHaveLength(2);
});

test('an operation that a run before left behind is waited for, not started again', async () => {
  vertex.failures = { [DEPLOY]: { status: 503, message: 'later' } };
  await deploy(release());
  // Begun by a run whose operator went home: nothing of it is on the endpoint yet.
  await fetch(`${server}/v1/${ENDPOINT}:deployModel`, {
    method: 'POST',
    headers: { authorization: 'Bearer secret-token' },
    body: JSON.stringify(vertex.bodies[1]),
  });
  expect(vertex.deployed).toEqual([]);
  const { code, said } = await deploy(release());
  expect(code).toBe(0);
  expect(said).toContain('waiting for');
  expect(vertex.calls).toEqual([REGISTER, DEPLOY, DEPLOY, ROUTE]);
});

test('an alarm moves the traffic back, and the new model goes', async () => {
  await deploy(release());
  vertex.firing = (query) => query.includes('response_count');
  const { code, said } = await deploy(next(release()));
  expect(code).toBe(3);
  expect(said).toContain('alarm: serving-endpoint: failed requests');
  expect(vertex.calls.slice(3)).toEqual([REGISTER, DEPLOY, ROUTE, ROUTE, UNDEPLOY]);
  expect(serving()).toEqual(['1']);
  expect(vertex.deployed).toHaveLength(1);
});

test('alarms that cannot be looked at move nothing, and are told', async () => {
  await deploy(release());
  const stopped = await run(['deploy'], server, outputs(next(release())), {
    MONITORING_API: 'http://127.0.0.1:9',
  });
  expect(stopped.code).toBe(0);
  expect(stopped.said).toContain('no answer');
  expect(serving()).toEqual(['2']);
});

test('a watch that was cut short is made up for', async () => {
  await deploy(release());
  vertex.firing = () => true;
  vertex.failures = { [UNDEPLOY]: { status: 500, message: 'cut' } };
  // As if the first run had died after it moved the traffic: both are there, the new one serves.
  await deploy(next(release()));
  vertex.split = { [vertex.deployed.at(-1)!.id]: 100 };
  const { code } = await deploy(next(release()));
  expect(code).toBe(3);
  expect(serving()).toEqual(['1']);
});

test('whoever else changed the endpoint meanwhile is not overruled', async () => {
  await deploy(release());
  vertex.after = (step) => {
    if (step === 'GET endpoints' && vertex.deployed.length === 2) vertex.touch();
  };
  const { code, said } = await deploy(next(release()));
  expect(code).toBe(1);
  expect(said).toContain('etag');
  expect(serving()).toEqual(['1']);
});

test('deployed models of others are left alone', async () => {
  vertex.add('an experiment', '1');
  await deploy(release());
  await deploy(next(release()));
  expect(vertex.deployed.map(({ displayName }) => displayName)).toContain('an experiment');
});

describe('going back', () => {
  test('to the model that was kept: at once', async () => {
    const kept = (document: Release) => ({ ...document, keepPrevious: true });
    await deploy(kept(release()));
    await deploy(kept(next(release())));
    expect(vertex.deployed).toHaveLength(2);
    const before = vertex.calls.length;
    const { code } = await start(['rollback', 'serving-endpoint'], kept(next(release())));
    expect(code).toBe(0);
    expect(vertex.calls.slice(before)).toEqual([ROUTE]);
    expect(serving()).toEqual(['1']);
  });

  test('to the version before, deployed anew and routed once it is ready', async () => {
    await deploy(release());
    await deploy(next(release()));
    await deploy(next(release(), 'third'));
    const before = vertex.calls.length;
    const { code } = await start(['rollback', 'serving-endpoint'], next(release(), 'third'));
    expect(code).toBe(0);
    expect(vertex.calls.slice(before)).toEqual([DEPLOY, ROUTE]);
    expect(serving()).toEqual(['2']);
  });

  test('to a version that is named', async () => {
    await deploy(release());
    await deploy(next(release()));
    await deploy(next(release(), 'third'));
    await start(['rollback', 'serving-endpoint', '1'], release());
    expect(serving()).toEqual(['1']);
  });

  test('not without a version before', async () => {
    await deploy(release());
    const { code, said } = await start(['rollback'], release());
    expect(code).toBe(1);
    expect(said).toContain('no version before 1');
    expect(serving()).toEqual(['1']);
  });
});

test('the state is told, and everything is taken away before the endpoint goes', async () => {
  await deploy(release());
  expect((await start(['status'], release())).out).toMatch(
    /^1001\tserving-endpoint-[0-9a-f]{16}\tversion 1\t100 %\n$/,
  );
  expect((await start(['remove'], release())).code).toBe(0);
  expect(vertex.deployed).toEqual([]);
});

describe('refused before any request', () => {
  test.each<[string, string[], unknown, number]>([
    ['no command', [], {}, 2],
    ['another command', ['destroy'], {}, 2],
    ['outputs without a release', ['deploy'], { Endpoint: { value: 'a' } }, 1],
    ['an endpoint that is not there', ['deploy', 'other'], outputs(release()), 1],
    ['two endpoints and no name', ['deploy'], outputs(release(), release({ name: 'other' })), 1],
  ])('%s', async (_, args, document, status) => {
    const { code, said } = await run(args, server, document);
    expect(code).toBe(status);
    expect(said).not.toBe('');
    expect(vertex.calls).toEqual([]);
  });

  test('and one of two endpoints can be named', async () => {
    const two = outputs(release(), release({ name: 'other' }));
    expect((await run(['deploy', 'serving-endpoint'], server, two)).code).toBe(0);
  });
});

test('the token is in no argument of a process', async () => {
  const shims = temporaryFolder();
  const log = path.join(shims, 'log');
  const real = spawnSync('bash', ['-c', 'command -v curl'], { encoding: 'utf8' }).stdout.trim();
  writeFileSync(
    path.join(shims, 'curl'),
    `#!/bin/bash\nprintf '%s\\n' "$@" >> '${log}'\nexec '${real}' "$@"\n`,
    { mode: 0o755 },
  );
  const PATH = `${shims}:${process.env['PATH']}`;
  expect((await run(['deploy'], server, outputs(release()), { PATH })).code).toBe(0);
  const given = readFileSync(log, 'utf8');
  expect(given).toContain('deployModel');
  expect(given).not.toContain('secret-token');
});
