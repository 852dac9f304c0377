import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { openModelPackage } from '@inferstack/runtime/model';
import { UpProcess } from '../../local/support/up-process';
import { alive, until } from '../../local/support/wait';
import { Project } from './project';
import { startTracking } from './tracking-server';

const APP = path.join(__dirname, 'tumours-app.ts');
const CLI = path.resolve(__dirname, '../../../lib/cli/main.ts');
/** scikit-learn computes in 64-bit floats, the graph in 32-bit ones. */
const TOLERANCE = 1e-5;

/** What scikit-learn says of rows it has not seen. */
interface Expected {
  readonly rows: readonly (readonly number[])[];
  readonly labels: readonly number[];
  readonly probabilities: readonly (readonly number[])[];
}

/** From a trained model in the registry to predictions, with nothing but the commands a user has. */
export async function checkSklearn(python: string): Promise<void> {
  const server = await startTracking(python);
  const project = new Project({ MLFLOW_TRACKING_URI: server.origin });
  const script = (name: string, ...args: string[]) =>
    execFileSync(python, [path.join(__dirname, name), server.origin, ...args], {
      cwd: project.directory,
      stdio: 'pipe',
    });
  try {
    script('train.py', 'tumours-onnx', project.directory);
    await makePackage(project);
    script('register.py', 'tumours', path.join(project.directory, 'package'));
    await lockAndSynthesize(project);
    await predict(project);
  } finally {
    await server.stop();
    project.remove();
  }
}

/** The registered graph is no package: the message says how it becomes one. */
async function makePackage(project: Project): Promise<void> {
  const { json } = await project.lock(['mlflow', 'models:/tumours-onnx/1']);
  const [{ code, remedy }] = json['problems'] as [{ code: string; remedy: string }];
  assert.equal(code, 'REGISTRY_NOT_A_PACKAGE');
  const kept = /model import (\S+)/.exec(remedy)![1]!;
  const tables = ['--rows', 'held-out.csv', '--baseline', 'training.csv'];
  const card = ['--owner', 'suite', '--intended-use', 'check', '--training-data', 'breast cancer Wisconsin'];
  const made = ['--to', 'package', '--name', 'tumours', ...tables, ...card];
  const run = await project.inferstack([], 'model', 'import', kept, ...made);
  assert.deepEqual([run.code, run.json['checked']], [0, true], JSON.stringify(run.json));
}

/** Only the locked digest gets into the manifests. */
async function lockAndSynthesize(project: Project): Promise<void> {
  const locked = await project.inferstack([], 'model', 'lock', APP);
  assert.equal(locked.code, 0, JSON.stringify(locked.json));
  project.run(APP);
  const manifests = readFileSync(path.join(project.directory, 'manifests', 'tumours.k8s.yaml'), 'utf8');
  const { digest } = openModelPackage(path.join(project.directory, 'package'));
  assert.ok(
    manifests.includes(`inferstack.dev/model-digest: ${digest}`),
    'the digest is not in the manifests',
  );
}

async function predict(project: Project): Promise<void> {
  const command = [CLI, 'up', '--port', '0', '--replicas', '1'];
  const up = new UpProcess(APP, project.environment([]), { command, cwd: project.directory });
  process.once('exit', () => up.kill('SIGTERM'));
  try {
    const ready = await Promise.race([up.event('ready'), ended(up)]);
    const expected = JSON.parse(
      readFileSync(path.join(project.directory, 'expected.json'), 'utf8'),
    ) as Expected;
    await compareV2(`${ready['url']}`, expected);
    await compareV1(`${ready['url']}`, expected);
  } finally {
    up.kill('SIGTERM');
    assert.equal(await up.exit(), 0, up.stderr);
    await until(() => !up.replicaPids.some(alive));
  }
}

/** @throws once the command has ended, which it must not before it is told to */
async function ended(up: UpProcess): Promise<never> {
  const code = await up.exit();
  throw new Error(`inferstack up ended with ${code}:\n${up.stderr}`);
}

/** The Open Inference Protocol, all rows in one request. */
async function compareV2(url: string, { rows, labels, probabilities }: Expected): Promise<void> {
  const { inputs } = (await json(`${url}/v2/models/tumours`)) as { inputs: { name: string }[] };
  const shape = [rows.length, rows[0]!.length];
  const input = { name: inputs[0]!.name, datatype: 'FP32', shape, data: rows.flat() };
  const { outputs } = (await json(`${url}/v2/models/tumours/infer`, { inputs: [input] })) as {
    outputs: { datatype: string; data: number[] }[];
  };
  const [label, probability] = ['INT64', 'FP32'].map(
    (type) => outputs.find((o) => o.datatype === type)!.data,
  );
  assert.deepEqual(label, labels);
  compare(probability!, probabilities.flat());
}

/** KServe's version 1, by the name of the InferenceService. */
async function compareV1(url: string, { rows, labels, probabilities }: Expected): Promise<void> {
  const { predictions } = (await json(`${url}/v1/models/tumours-live:predict`, { instances: rows })) as {
    predictions: Record<string, number | number[]>[];
  };
  const values = predictions.map((row) => Object.values(row));
  assert.deepEqual(
    values.map((row) => row.find((value) => typeof value === 'number')),
    labels,
  );
  compare(values.map((row) => row.filter(Array.isArray)).flat(2), probabilities.flat());
}

function compare(got: readonly number[], wanted: readonly number[]): void {
  assert.equal(got.length, wanted.length);
  const worst = Math.max(...got.map((value, i) => Math.abs(value - wanted[i]!)));
  assert.ok(worst <= TOLERANCE, `predictions differ from scikit-learn's by up to ${worst}`);
}

async function json(url: string, body?: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, body && { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await answer.text();
  assert.equal(answer.status, 200, text);
  return JSON.parse(text);
}
