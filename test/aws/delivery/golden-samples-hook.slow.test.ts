import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { ModelSource, Rollout } from 'inferstack';
import { type GoldenPlan, goldenPlan } from '../../../lib/aws/delivery/golden-checks';
import type { ServeRole } from '../../../runtime/src/serve';
import { serve, startRole } from '../../runtime/support/in-process';
import { copyPackage, removeCopies, testConfig } from '../../runtime/support/packages';
import { exampleModel, fakeEndpoint } from '../../support/endpoint';
import { fargate } from '../support';

interface Answer {
  readonly hookStatus: 'SUCCEEDED' | 'FAILED' | 'IN_PROGRESS';
  readonly callBackDelay?: number;
  readonly hookDetails?: { readonly since: number; readonly next: number };
}

interface Hook {
  createHandler(parts: {
    url: string;
    plan: GoldenPlan;
    log: (entry: Record<string, unknown>) => void;
  }): (event?: object, context?: object) => Promise<Answer>;
}

const HANDLER = path.resolve(__dirname, '../../../lib/aws/delivery/golden-samples-hook/index.js');
const { createHandler } = require(HANDLER) as Hook;

/** What the hook is given for these packages. */
function planOf(models: readonly string[], change: Partial<GoldenPlan> = {}): GoldenPlan {
  const model = models.map((given) => ModelSource.fromDirectory(path.resolve(exampleModel('.', '.'), given)));
  return { ...goldenPlan(fakeEndpoint({ model, rollout: Rollout.canary() }).plan), ...change };
}

let role: ServeRole;
const MODELS = [
  'breast-cancer/1',
  'breast-cancer/2',
  'diabetes/1',
  'diabetes-fields/1',
  'digits/1',
  'digits-image/1',
];

beforeAll(async () => {
  role = await serve(testConfig(MODELS));
});
afterAll(async () => {
  await role.stop();
  removeCopies();
});

const urlOf = ({ ports }: ServeRole) => `http://127.0.0.1:${ports.inference}`;
const logged: Record<string, unknown>[] = [];
const hook = (plan: GoldenPlan, url = urlOf(role)) =>
  createHandler({ url, plan, log: (entry) => logged.push(entry) });
const reason = () => logged.at(-1)!['reason'];
const event = (more: object = {}) => ({
  executionId: Math.random().toString(),
  lifecycleStage: 'POST_TEST_TRAFFIC_SHIFT',
  ...more,
});

describe('the version is the delivered one', () => {
  test('and answers every golden sample of every model as it must', async () => {
    const plan = planOf(MODELS);
    // A description of each, and its samples: tensors, rows with expected predictions, images in rows.
    expect(plan.checks.length).toBeGreaterThan(6 + 60);
    const kinds = ['infer', 'predict'].map(
      (kind) => plan.checks.filter((check) => check.path.endsWith(kind)).length,
    );
    expect(Math.min(...kinds)).toBeGreaterThan(10);
    expect(await hook(plan)(event())).toEqual({ hookStatus: 'SUCCEEDED' });
    expect(logged.at(-1)).toMatchObject({ event: 'golden_samples', checks: plan.checks.length });
  });

  test('a call with little time left is continued where it ended', async () => {
    const plan = planOf(['breast-cancer/1'], { requestTimeoutMs: 1000 });
    let calls = 0;
    // Enough for three checks.
    const context = { getRemainingTimeInMillis: () => (calls++ < 3 ? 60_000 : 100) };
    const first = await hook(plan)(event(), context);
    expect(first).toMatchObject({ hookStatus: 'IN_PROGRESS', callBackDelay: 1, hookDetails: { next: 3 } });
    const second = await hook(plan)(event({ hookDetails: first.hookDetails }));
    expect(second).toEqual({ hookStatus: 'SUCCEEDED' });
  });

  test('the folder that is deployed does the same by itself, with what Lambda gives it', async () => {
    const { stack } = fargate({ rollout: Rollout.canary() });
    const { outdir } = stack.node.root as unknown as { outdir: string };
    const folders = readdirSync(outdir).filter((name) => name.startsWith('asset.') && !name.includes('.gz'));
    const program = `require(process.argv[1]).handler({executionId: 'e'}, {getRemainingTimeInMillis: () => 60000})
      .then((answer) => process.stdout.write('ANSWER ' + JSON.stringify(answer)))`;
    const env = { ...process.env, TEST_URL: urlOf(role) };
    const [folder] = folders.map((name) => path.join(outdir, name));
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', program, folder!], { env });
    expect(stdout).toContain('ANSWER {"hookStatus":"SUCCEEDED"}');
    expect(stdout).toContain('"event":"golden_samples"');
  });
});

describe('the version is not the delivered one', () => {
  test('another package of the same version: the old one may still answer, for a while', async () => {
    const other = copyPackage('breast-cancer/2', {
      'model.yaml': (text) => text.replace('Malignant or benign', 'Benign or malignant'),
    });
    const plan = planOf([other]);
    const first = await hook(plan)(event());
    expect(first).toMatchObject({ hookStatus: 'IN_PROGRESS', callBackDelay: 10, hookDetails: { next: 0 } });
    expect(reason()).toMatch(/digest is "sha256:\w+", expected "sha256:\w+"$/);
    const later = event({ hookDetails: { since: Date.now() - plan.settleMs, next: 0 } });
    expect(await hook(plan)(later)).toEqual({ hookStatus: 'FAILED' });
  });

  test('a version that is not served', async () => {
    const other = copyPackage('breast-cancer/2', {
      'model.yaml': (text) => text.replace("version: '2'", "version: '9'"),
    });
    expect(await hook(planOf([other]))(event())).toMatchObject({ hookStatus: 'IN_PROGRESS' });
    expect(reason()).toBe('breast-cancer/9 description: the version is not served there');
    expect(await hook(planOf([other], { settleMs: 0 }))(event())).toEqual({ hookStatus: 'FAILED' });
  });

  test('other answers fail at once', async () => {
    const plan = planOf(['breast-cancer/2']);
    const asked = plan.checks.slice(1).map((check) => ({ ...check, path: check.path.replace('/2/', '/1/') }));
    expect(await hook({ ...plan, checks: asked })(event())).toEqual({ hookStatus: 'FAILED' });
    expect(reason()).toMatch(/sample held-out-\d+: probabilities, element 0 is [\d.e-]+, expected [\d.e-]+$/);
  });

  test('other predictions fail at once', async () => {
    const plan = planOf(['diabetes-fields/1']);
    const [check] = plan.checks.filter(({ predictions }) => predictions !== undefined);
    const wrong = { ...check!, predictions: [{ value: -1 }] };
    expect(await hook({ ...plan, checks: [wrong] })(event())).toEqual({ hookStatus: 'FAILED' });
    expect(reason()).toMatch(/predictions\[0\]\.value is [\d.]+, expected -1$/);
  });

  test('a refused request fails at once, with what the runtime says', async () => {
    const plan = planOf(['breast-cancer/2']);
    const [, sample] = plan.checks;
    expect(await hook({ ...plan, checks: [{ ...sample!, body: { inputs: [] } }] })(event())).toEqual({
      hookStatus: 'FAILED',
    });
    expect(reason()).toMatch(/status 4\d\d: .*error/);
  });
});

describe('nothing answers yet', () => {
  test('a port without a listener is asked again until there is no more patience', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    await promisify(server.close.bind(server))();
    const plan = planOf(['breast-cancer/1']);
    const ask = hook(plan, `http://127.0.0.1:${port}`);
    const first = await ask(event());
    expect(first).toMatchObject({ hookStatus: 'IN_PROGRESS', callBackDelay: 10 });
    expect(reason()).toMatch(/no answer: .*ECONNREFUSED/);
    const late = { since: Date.now() - plan.patienceMs, next: 0 };
    expect(await ask(event({ hookDetails: late }))).toEqual({ hookStatus: 'FAILED' });
    expect(plan.patienceMs).toBe(900_000);
  });

  test('patience ends also when ECS does not give back what it was told', async () => {
    const plan = planOf(['breast-cancer/1'], { patienceMs: 60_000 });
    const ask = hook(plan, 'http://127.0.0.1:1');
    const same = event();
    expect(await ask(same)).toMatchObject({ hookStatus: 'IN_PROGRESS' });
    const later = Date.now() + plan.patienceMs;
    const clock = jest.spyOn(Date, 'now').mockReturnValue(later);
    try {
      expect(await ask(same)).toEqual({ hookStatus: 'FAILED' });
    } finally {
      clock.mockRestore();
    }
  });

  test('patience begins again with each sample that passes', async () => {
    const plan = planOf(['breast-cancer/1']);
    const [description, ...samples] = plan.checks;
    const checks = [
      description!,
      ...samples.map((check) => ({ ...check, path: check.path.replace('/1/', '/9/') })),
    ];
    const before = Date.now();
    const long = { since: before - 2 * plan.settleMs, next: 0 };
    const answer = await hook({ ...plan, checks })(event({ hookDetails: long }));
    expect(answer).toMatchObject({ hookStatus: 'IN_PROGRESS', hookDetails: { next: 1 } });
    expect(answer.hookDetails!.since).toBeGreaterThanOrEqual(before);
  });

  test('a replica that is not ready is asked again', async () => {
    const starting = await startRole(testConfig(['breast-cancer/1']));
    try {
      expect(await hook(planOf(['breast-cancer/1']), urlOf(starting))(event())).toMatchObject({
        hookStatus: 'IN_PROGRESS',
        callBackDelay: 10,
      });
      expect(reason()).toBe('breast-cancer/1 description: status 503');
    } finally {
      await starting.stop();
    }
  });
});
