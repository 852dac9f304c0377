import { execFileSync } from 'node:child_process';
import { appendFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { RuntimeConfig } from '@inferstack/runtime/contract';
import { Stage } from 'aws-cdk-lib/core';
import { containerEnvironment } from '../../../lib/aws/sagemaker/container-environment';
import { endProcesses, RuntimeProcess } from '../../runtime/support/process';
import { exampleModel } from '../../support/endpoint';
import { temporaryFolder } from '../../support/temporary-folder';
import { only } from '../support';
import { configOf, sagemaker } from './support';

const LIMIT = 120_000;

interface Sample {
  readonly inputs: Readonly<Record<string, number[][]>>;
  readonly outputs: { readonly probabilities: number[][] };
}

const sample = JSON.parse(
  readFileSync(path.join(exampleModel('breast-cancer', '2'), 'samples.jsonl'), 'utf8').split('\n')[0]!,
) as Sample;
const [name, rows] = Object.entries(sample.inputs)[0]!;
const expected = sample.outputs.probabilities.flat();

afterEach(endProcesses);

/** The archive of the model, unpacked as SageMaker does. */
function unpackedModel({ native, stack }: ReturnType<typeof sagemaker>): string {
  const directory = temporaryFolder();
  const archive = path.resolve(Stage.of(stack)!.outdir, native.modelAsset.assetPath);
  execFileSync('tar', ['-xzf', archive, '-C', directory]);
  return directory;
}

/** The variables of the synthesized container, with nothing but addresses replaced. */
function environmentOf({ template }: ReturnType<typeof sagemaker>, modelDirectory: string) {
  const { Environment } = only(template, 'AWS::SageMaker::Model').PrimaryContainer;
  const config = JSON.parse(configOf(Environment)) as RuntimeConfig;
  const here = { host: '127.0.0.1', port: 0 };
  const replaced = {
    ...config,
    models: config.models.map((model) => ({ ...model, uri: modelDirectory })),
    listeners: { ...config.listeners, inference: here, management: here },
  };
  return { ...containerEnvironment(replaced), INFERSTACK_CACHE: temporaryFolder() };
}

const synthesized = sagemaker();

test(
  'the runtime starts as SageMaker starts it and answers what SageMaker asks',
  async () => {
    const env = environmentOf(synthesized, unpackedModel(synthesized));
    const runtime = new RuntimeProcess(undefined, { env, args: ['serve'] });
    const { inference } = await runtime.ready();
    const url = `http://127.0.0.1:${inference}`;
    expect((await fetch(`${url}/ping`)).status).toBe(200);

    const tensor = { name, datatype: 'FP32', shape: [rows.length, rows[0]!.length], data: rows.flat() };
    const json = await fetch(`${url}/invocations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-amzn-sagemaker-custom-attributes': 'ignored' },
      body: JSON.stringify({ inputs: [tensor] }),
    });
    expect(json.status).toBe(200);
    const { outputs } = (await json.json()) as { outputs: { name: string; data: number[] }[] };
    const probabilities = outputs.find((output) => output.name === 'probabilities')!.data;
    probabilities.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 4);
    });

    const csv = await fetch(`${url}/invocations`, {
      method: 'POST',
      headers: { 'content-type': 'text/csv' },
      body: rows.map((row) => row.join(',')).join('\n'),
    });
    expect(csv.headers.get('content-type')).toMatch(/^text\/csv/);
    expect((await csv.text()).trim().split('\n')).toHaveLength(rows.length);

    runtime.kill('SIGTERM');
    expect(await runtime.exit).toBe(0);
  },
  LIMIT,
);

test(
  'another model than the deployed one never becomes ready, whoever unpacked it',
  async () => {
    const directory = unpackedModel(synthesized);
    appendFileSync(path.join(directory, 'samples.jsonl'), '\n');
    const env = environmentOf(synthesized, directory);
    const runtime = new RuntimeProcess(undefined, { env, args: ['serve'] });
    expect(await runtime.exit).toBe(3);
    expect(runtime.stdout).toContain('PACKAGE_DIGEST_MISMATCH');
  },
  LIMIT,
);
