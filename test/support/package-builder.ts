import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Problem, ProblemError } from '../../runtime/src/contract';
import { onnx } from './onnx-builder';

const MANIFEST = `apiVersion: inferstack.dev/v1
kind: Model
name: echo
version: "1"
signature:
  inputs:
    - name: features
      dtype: FP32
      shape: [batch, 2]
      columns:
        - name: width
          range: [0, 10]
        - name: height
  outputs:
    - name: scores
      dtype: FP32
      shape: [batch, 2]
prediction:
  kind: binary
  output: scores
  classes: [yes, no]
  positive: yes
  threshold: 0.5
card:
  owner: tests
  intendedUse: Gives back what it gets.
  trainingData: none
metrics:
  - {name: accuracy, value: 0.9, target: 0.8}
`;

const SAMPLES = [
  { id: 'one', inputs: { features: [[0.25, 0.75]] }, outputs: { scores: [[0.25, 0.75]] } },
  {
    id: 'two',
    inputs: {
      features: [
        [1, 0],
        [0.5, 0.5],
      ],
    },
    outputs: {
      scores: [
        [1, 0],
        [0.5, 0.5],
      ],
    },
  },
];

const feature = {
  kind: 'numeric',
  edges: [0, 1, 2],
  counts: [0, 5, 5, 0],
  nulls: 0,
  mean: 1,
  std: 0.5,
  min: 0,
  max: 2,
};

const BASELINE = {
  apiVersion: 'inferstack.dev/v1',
  kind: 'Baseline',
  rows: 10,
  features: { width: feature, height: feature },
  scores: { edges: [0, 0.5, 1], counts: [0, 6, 4, 0] },
  labels: { yes: 4, no: 6 },
};

export const sampleLines = (samples: readonly unknown[] = SAMPLES): string =>
  samples.map((sample) => `${JSON.stringify(sample)}\n`).join('');

/** File name -> contents; undefined leaves a file of the sound package out. */
export type PackageFiles = Readonly<Record<string, string | Buffer | undefined>>;

export const soundFiles = {
  'model.yaml': MANIFEST,
  'model.onnx': onnx(),
  'samples.jsonl': sampleLines(),
  'baseline.json': `${JSON.stringify(BASELINE, undefined, 2)}\n`,
};

const created: string[] = [];

export function temporaryDirectory(): string {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'inferstack-test-'));
  created.push(directory);
  return directory;
}

/** To be called once in `afterAll`. */
export function removeTemporaryDirectories(): void {
  for (const directory of created.splice(0)) fs.rmSync(directory, { recursive: true, force: true });
}

/** Writes a sound package with some files changed, added or left out. */
export function writePackage(changes: PackageFiles = {}): string {
  const directory = temporaryDirectory();
  for (const [file, contents] of Object.entries({ ...soundFiles, ...changes })) {
    if (contents === undefined) continue;
    fs.mkdirSync(path.dirname(path.join(directory, file)), { recursive: true });
    fs.writeFileSync(path.join(directory, file), contents);
  }
  return directory;
}

/** The manifest of the sound package with one text replaced; it must occur. */
export function manifestWith(...edits: readonly (readonly [from: string, to: string])[]): string {
  return edits.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the manifest does not contain ${from}`);
    return text.replace(from, () => to);
  }, MANIFEST);
}

export const baselineWith = (changes: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({ ...BASELINE, ...changes });

/** The problems something throws; [] when it does not throw; fails on any other error. */
export function problemsOf(work: () => unknown): readonly Problem[] {
  try {
    work();
    return [];
  } catch (error) {
    if (error instanceof ProblemError) return error.problems;
    throw error;
  }
}

/** As `problemsOf`, for what works asynchronously. */
export async function problemsOfAsync(work: () => Promise<unknown>): Promise<readonly Problem[]> {
  try {
    await work();
    return [];
  } catch (error) {
    if (error instanceof ProblemError) return error.problems;
    throw error;
  }
}

/** `CODE at place` of each problem. */
export const briefly = (problems: readonly Problem[]): string[] =>
  problems.map(({ code, at }) => `${code} at ${at}`);
