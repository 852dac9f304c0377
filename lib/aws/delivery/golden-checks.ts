import { type GoldenSample, isFloat, type NestedArray, type Problem } from '@inferstack/runtime/contract';
import type { ModelPackage } from '@inferstack/runtime/model';
import { type EndpointPlan, isUnresolved, packagePath } from '../../core';

/** One request to the new version and what its answer must be; compared in golden-samples-hook/compare.js. */
export interface GoldenCheck {
  /** For messages. */
  readonly id: string;
  readonly path: string;
  /** What is posted; without it, the description of the model is asked for. */
  readonly body?: object;
  /** Which package must be described. */
  readonly digest?: string;
  readonly outputs?: readonly ExpectedOutput[];
  readonly predictions?: readonly object[];
  readonly tolerance?: GoldenSample['tolerance'];
}

interface ExpectedOutput {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly data: readonly unknown[];
  readonly float: boolean;
}

/** What the hook does: checks.json beside its code. */
export interface GoldenPlan {
  /** While nothing answers, so long. */
  readonly patienceMs: number;
  /** While the old version may still answer, so long. */
  readonly settleMs: number;
  readonly requestTimeoutMs: number;
  readonly checks: readonly GoldenCheck[];
}

const SETTLE_MS = 60_000;
/** A function runs 15 minutes at most; one request must leave time for the answer. */
const MAX_REQUEST_MS = 600_000;
/** Beyond the limit of the runtime, so that its own answer is what is told. */
const GRACE_MS = 5000;
/** Read into the memory of the function at once. */
const MAX_BYTES = 20 * 1024 ** 2;

/** Every model by its digest, then by its golden samples. */
export function goldenPlan(plan: EndpointPlan): GoldenPlan {
  return {
    patienceMs: plan.rollout.timeoutSeconds * 1000,
    settleMs: SETTLE_MS,
    requestTimeoutMs: Math.min(plan.runtime.requestTimeoutMs + GRACE_MS, MAX_REQUEST_MS),
    checks: [...plan.models.map(described), ...plan.models.flatMap((model) => sampled(model, plan))],
  };
}

/** Refuses samples that the hook could not hold. */
export function checkGoldenPlan(plan: EndpointPlan): Problem[] {
  const bytes = JSON.stringify(goldenPlan(plan)).length;
  if (bytes <= MAX_BYTES) return [];
  return [
    {
      code: 'AWS_ROLLOUT_SAMPLES',
      at: `${plan.path}: model`,
      what: 'the golden samples of all models are more than the function that sends them can hold',
      got: `${(bytes / 1024 ** 2).toFixed(1)} MiB as JSON`,
      allowed: `${MAX_BYTES / 1024 ** 2} MiB`,
      remedy: 'Keep fewer or smaller samples in samples.jsonl, or use Rollout.rolling().',
    },
  ];
}

const pathOf = ({ manifest: { name, version } }: ModelPackage): string =>
  `/v2/models/${encodeURIComponent(name)}/versions/${encodeURIComponent(version)}`;

const described = (model: ModelPackage): GoldenCheck => ({
  id: `${packagePath(model)} description`,
  path: pathOf(model),
  digest: model.digest,
});

/**
 * Rows that were given a time of arrival are left out, since a request arrives now, and so are rows that lack what a
 * store would add: the replica itself has run these before it became ready.
 */
function sampled(model: ModelPackage, { runtime }: EndpointPlan): GoldenCheck[] {
  const { maxBodyBytes } = runtime;
  const joined = runtime.features.some(({ lookup }) => lookup.model === model.manifest.name);
  const takesRows = model.manifest.prediction !== undefined && !joined;
  return model.samples
    .filter(({ rows, at }) => rows === undefined || (takesRows && at === undefined))
    .map((sample) => (sample.rows === undefined ? tensorCheck(model, sample) : rowCheck(model, sample)))
    .filter(
      ({ body }) => isUnresolved(maxBodyBytes) || Buffer.byteLength(JSON.stringify(body)) <= maxBodyBytes,
    );
}

const idOf = (model: ModelPackage, { id }: GoldenSample): string => `${packagePath(model)} sample ${id}`;

function tensorCheck(model: ModelPackage, sample: GoldenSample): GoldenCheck {
  const { inputs, outputs } = model.manifest.signature;
  return {
    id: idOf(model, sample),
    path: `${pathOf(model)}/infer`,
    body: { inputs: inputs.map(({ name, dtype }) => tensor(name, dtype, sample.inputs[name]!)) },
    outputs: outputs
      .filter(({ name }) => Object.hasOwn(sample.outputs, name))
      .map(({ name, dtype }) => ({ ...tensor(name, dtype, sample.outputs[name]!), float: isFloat(dtype) })),
    tolerance: sample.tolerance,
  };
}

/** Answers to rows are predictions; outputs of the graph do not come back. Without expected ones, every row has one. */
function rowCheck(model: ModelPackage, sample: GoldenSample): GoldenCheck {
  return {
    id: idOf(model, sample),
    path: `${pathOf(model)}/predict`,
    body: { rows: sample.rows },
    predictions: sample.predictions ?? sample.rows!.map(() => ({})),
    tolerance: sample.tolerance,
  };
}

function tensor(name: string, datatype: string, nested: NestedArray) {
  return { name, datatype, shape: shapeOf(nested), data: elements(nested) };
}

function elements(nested: NestedArray): unknown[] {
  return Array.isArray(nested) ? nested.flatMap(elements) : [nested];
}

function shapeOf(nested: NestedArray): number[] {
  const shape: number[] = [];
  for (let value: NestedArray | undefined = nested; Array.isArray(value); value = value[0])
    shape.push(value.length);
  return shape;
}
