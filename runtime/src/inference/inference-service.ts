import { ProblemError, type Tensor } from '../contract';
import { RequestError } from '../errors';
import type { FeatureJoins, JoinedRows, Question } from '../features';
import { closest } from '../model/closest';
import type { RuntimeMetrics } from '../monitoring';
import type { QualityFinding } from '../preprocessing';
import type { Degradation } from './degradation';
import { type Caller, CallerGoneError } from './executor';
import { InputProblems } from './input-problems';
import type { ModelInstance } from './model-instance';
import type { ModelRepository } from './model-repository';
import { flagged, type Prediction, type RowFinding } from './prediction';
import { refuseHopeless } from './refuse-hopeless';

export interface InferResult {
  readonly instance: ModelInstance;
  /** As requested, in the order requested; else all, in the order of the signature. */
  readonly outputs: readonly Tensor[];
  /** Steps of a pipeline that the answer had to do without. @default - none */
  readonly degraded?: readonly Degradation[] | undefined;
}

export interface PredictResult {
  readonly instance: ModelInstance;
  /** One a row, in the order of the rows. */
  readonly predictions: readonly Prediction[];
  /** Steps of a pipeline that the answer had to do without. @default - none */
  readonly degraded?: readonly Degradation[] | undefined;
}

/** Chooses between versions of a model, for requests that leave it open. */
export interface VersionRouter {
  /** undefined for a model of which the latest version answers. */
  of(model: string):
    | {
        /** The version to tell of. */
        readonly version: string;
        /** Has the work done by a version, and by another one if need be. */
        serve<T extends InferResult | PredictResult>(
          caller: Caller | undefined,
          work: (instance: ModelInstance, caller: Caller | undefined) => Promise<T>,
        ): Promise<T>;
      }
    | undefined;
}

/** Answers what protocols decode: the same checks and the same results, whatever the caller speaks. */
export class InferenceService {
  constructor(
    private readonly repository: ModelRepository,
    private readonly metrics: RuntimeMetrics,
    /** Longest time a request may have to wait for its run, milliseconds. */
    private readonly maxWaitMs: number = Number.POSITIVE_INFINITY,
    /** Joins rows with features of online stores. @default - there are none */
    private readonly joins?: FeatureJoins,
    /** Who chooses the version for those who name none. @default - the latest answers */
    private readonly router?: VersionRouter,
  ) {}

  /** @throws RequestError MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND, MODEL_NOT_READY, MODEL_UNLOADED */
  model(name: string, version?: string): ModelInstance {
    return this.repository.resolve(name, version ?? this.router?.of(name)?.version);
  }

  /**
   * As `model`, for those who ask whether it is ready.
   *
   * @throws RequestError also MODEL_NOT_READY for a pipeline of which a model is away
   */
  readyModel(name: string, version?: string): ModelInstance {
    const instance = this.model(name, version);
    const { unready } = instance.executor;
    if (unready === undefined) return instance;
    throw new RequestError('MODEL_NOT_READY', `Pipeline ${name} is not complete: ${unready}.`);
  }

  /**
   * Runs a model on whole tensors.
   *
   * @param outputs names of the outputs wanted. @default - all
   * @throws RequestError
   */
  async infer(
    name: string,
    version: string | undefined,
    inputs: readonly Tensor[],
    outputs?: readonly string[],
    caller?: Caller,
  ): Promise<InferResult> {
    return this.use(name, version, caller, async (instance, caller) => {
      this.checked(instance, caller, () => {
        instance.validator.validate(inputs);
        checkOutputs(instance, outputs);
        this.joins?.refuseWhole(instance, 'inputs');
      });
      const { results, degraded } = await this.run(instance, inputs, caller);
      if (outputs === undefined) return { instance, outputs: results, degraded };
      return {
        instance,
        degraded,
        outputs: outputs.map((wanted) => results.find((output) => output.name === wanted)!),
      };
    });
  }

  /**
   * Runs a model on rows of named values and reads the outputs as predictions.
   *
   * @throws RequestError
   */
  async predictRows(
    name: string,
    version: string | undefined,
    rows: readonly unknown[],
    caller?: Caller,
  ): Promise<PredictResult> {
    return this.use(name, version, caller, async (instance, caller) => {
      const { prediction } = instance;
      if (prediction === undefined) {
        const message = `Model ${name} says nothing about predictions; send tensors to infer.`;
        throw new RequestError('MODEL_WITHOUT_PREDICTION', message);
      }
      const read = this.readRows(instance, rows, caller);
      const { inputs, findings } = read instanceof Promise ? await read : read;
      const { results, degraded } = await this.run(instance, inputs, caller);
      this.metrics.countQualityFindings(instance, findings);
      const predictions = flagged(prediction.predictions(results, rows.length), findings);
      return { instance, predictions, degraded };
    });
  }

  /**
   * Runs a model on rows of named values and gives its outputs as they are.
   *
   * @throws RequestError
   */
  async inferRows(
    name: string,
    version: string | undefined,
    rows: readonly unknown[],
    caller?: Caller,
  ): Promise<InferResult> {
    return this.use(name, version, caller, async (instance, caller) => {
      const read = this.readRows(instance, rows, caller);
      const { inputs, findings } = read instanceof Promise ? await read : read;
      const { results, degraded } = await this.run(instance, inputs, caller);
      this.metrics.countQualityFindings(instance, findings);
      return { instance, outputs: results, degraded };
    });
  }

  /** A promise only for rows with images. */
  private decoded(
    instance: ModelInstance,
    caller: Caller | undefined,
    rows: readonly unknown[],
    findings: QualityFinding[],
  ): Tensor[] | Promise<Tensor[]> {
    const decoded = this.checked(instance, caller, () => instance.rows.decode(rows, findings));
    return Array.isArray(decoded)
      ? decoded
      : decoded.catch((error: unknown) => this.countRefused(instance, error));
  }

  private use<T extends InferResult | PredictResult>(
    name: string,
    version: string | undefined,
    caller: Caller | undefined,
    work: (instance: ModelInstance, caller: Caller | undefined) => Promise<T>,
  ): Promise<T> {
    const traffic = version === undefined ? this.router?.of(name) : undefined;
    if (traffic !== undefined) return traffic.serve(caller, work);
    return this.repository.use(name, version, (instance) => work(instance, caller));
  }

  private checked<T>(instance: ModelInstance, caller: Caller | undefined, check: () => T): T {
    if (caller?.stages) caller.stages.instance = instance;
    caller?.stages?.enter('validate');
    try {
      return check();
    } catch (error) {
      return this.countRefused(instance, error);
    }
  }

  private countRefused(instance: ModelInstance, error: unknown): never {
    if (error instanceof RequestError) this.metrics.countValidationFailures(instance, error.problems);
    throw error;
  }

  /** A promise only for rows with images or features of stores: nothing else waits for another turn of the event loop. */
  private readRows(
    instance: ModelInstance,
    rows: readonly unknown[],
    caller: Caller | undefined,
  ): DecodedRows | Promise<DecodedRows> {
    if (instance.lookups.length > 0) return this.joinAndDecode(instance, rows, caller);
    const findings: QualityFinding[] = [];
    const decoded = this.decoded(instance, caller, rows, findings);
    return Array.isArray(decoded)
      ? { inputs: decoded, findings }
      : decoded.then((inputs) => ({ inputs, findings }));
  }

  /** Adds the features that stores have of the rows; what the caller got wrong is told before a store is asked. */
  private async joinAndDecode(
    instance: ModelInstance,
    rows: readonly unknown[],
    caller: Caller | undefined,
  ): Promise<DecodedRows> {
    const joins = this.joins!;
    const findings: QualityFinding[] = [];
    const questions = this.checked(instance, caller, () => joins.read(instance, rows));
    if (questions === undefined) {
      const inputs = await this.decoded(instance, caller, rows, findings);
      this.checked(instance, caller, () => joins.refuseWhole(instance, 'rows'));
      return { inputs, findings };
    }
    const joined = await this.join(instance, rows, questions, caller);
    try {
      const inputs = await this.decoded(instance, caller, joined.rows, findings);
      return { inputs, findings: [...joined.findings, ...findings] };
    } catch (error) {
      throw joined.blame(error);
    }
  }

  private async join(
    instance: ModelInstance,
    rows: readonly unknown[],
    questions: readonly Question[],
    caller: Caller | undefined,
  ): Promise<JoinedRows> {
    caller?.stages?.enter('features');
    try {
      return await this.joins!.join(instance, rows, questions, caller?.signal);
    } catch (error) {
      throw caller?.gone === true ? gone() : error;
    }
  }

  private async run(
    instance: ModelInstance,
    inputs: readonly Tensor[],
    caller: Caller = { gone: false },
  ): Promise<{ readonly results: Tensor[]; readonly degraded: readonly Degradation[] | undefined }> {
    refuseHopeless(instance, this.maxWaitMs);
    const rows = inputs[0]?.shape[0] ?? 1;
    caller.rows = rows;
    const start = performance.now();
    caller.stages?.enter('run', start);
    try {
      const results = await instance.executor.run(inputs, caller);
      caller.stages?.enter('encode');
      return { results, degraded: caller.degradations };
    } catch (error) {
      if (error instanceof CallerGoneError) throw gone();
      const message = 'The model failed on this input although it fits the signature.';
      throw error instanceof ProblemError
        ? new RequestError('INFERENCE_FAILED', message, { cause: error })
        : error;
    } finally {
      const seconds = (performance.now() - start) / 1000;
      this.metrics.countRun(instance, rows, seconds);
    }
  }
}

/** Rows as the inputs of a graph, and what was wrong with them. */
interface DecodedRows {
  readonly inputs: readonly Tensor[];
  readonly findings: readonly RowFinding[];
}

const gone = (): RequestError => new RequestError('REQUEST_CANCELLED', 'Nobody waits for the answer.');

function checkOutputs({ manifest }: ModelInstance, outputs: readonly string[] | undefined): void {
  if (outputs === undefined) return;
  const known = manifest.signature.outputs.map((output) => output.name);
  const problems = new InputProblems();
  for (const name of outputs) {
    if (known.includes(name)) continue;
    const remedy = closest(name, known, `The outputs are ${known.join(', ')}.`);
    problems.add('INPUT_UNKNOWN', `outputs.${name}`, 'the signature has no output of this name', { remedy });
  }
  problems.throwIfAny();
}
