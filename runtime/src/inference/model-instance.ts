import type { FeatureLookup, GoldenSample, Manifest } from '../contract';
import type { ModelPackage } from '../model';
import type { ExecutionFacts } from './execution/model-executor';
import type { Executor } from './executor';
import { InputRules } from './input-rules';
import { PredictionReader } from './prediction';
import { PreprocessedRows } from './preprocessed-rows';
import { RowCodec } from './row-codec';
import type { RowReader } from './row-reader';
import { TensorValidator } from './tensor-validator';

/** One version of a model, ready to serve: its executor and everything compiled from its manifest. */
export class ModelInstance {
  readonly manifest: Manifest;
  readonly digest: string;
  /** The first golden samples, unless they are large: to show how requests look. */
  readonly examples: readonly GoldenSample[];
  readonly validator: TensorValidator;
  readonly rows: RowReader;
  readonly prediction: PredictionReader | undefined;

  constructor(
    pkg: Pick<ModelPackage, 'manifest' | 'digest'> & Partial<Pick<ModelPackage, 'samples'>>,
    readonly executor: Executor,
    readonly facts: ModelFacts,
    /** Features of its rows that come from online stores. */
    readonly lookups: readonly FeatureLookup[] = [],
  ) {
    this.manifest = pkg.manifest;
    this.digest = pkg.digest;
    this.examples = (pkg.samples ?? []).slice(0, MAX_EXAMPLES).filter(isSmall);
    const { signature, preprocessing, postprocessing, prediction } = pkg.manifest;
    const rules = signature.inputs.map((input) => new InputRules(input));
    this.validator = new TensorValidator(rules);
    this.rows = preprocessing
      ? new PreprocessedRows(preprocessing, signature, rules)
      : new RowCodec(rules, this.validator);
    this.prediction = prediction && new PredictionReader(prediction, postprocessing);
  }

  get name(): string {
    return this.manifest.name;
  }

  /** What it is in the words of the protocols. */
  get platform(): string {
    return this.facts.steps === undefined ? 'onnx_onnxv1' : 'ensemble';
  }

  get version(): string {
    return this.manifest.version;
  }
}

/** What was seen when the model was loaded. */
export interface ModelFacts {
  /** From the first byte fetched to the last golden sample. */
  readonly loadSeconds: number;
  readonly goldenSamples: number;
  /** How it is run. @default - not known */
  readonly execution?: ExecutionFacts;
  /** What it is taken to use, see `estimateMemory`. @default - not known */
  readonly memoryBytes?: number;
  /** The models that its steps run, when it is a pipeline. @default - it is a model */
  readonly steps?: readonly PipelineModel[];
}

/** A model that a step of a pipeline runs. */
export interface PipelineModel {
  readonly step: string;
  readonly model: string;
  readonly version: string;
}

const MAX_EXAMPLES = 2;
const MAX_EXAMPLE_LENGTH = 64 * 1024;

/** Pixels of an image teach nobody anything, and would stay in memory for nothing. */
function isSmall(sample: GoldenSample): boolean {
  return JSON.stringify(sample).length <= MAX_EXAMPLE_LENGTH;
}
