import { basename, join } from 'node:path';
import { env, type InferenceSession, type Tensor as OnnxTensor } from 'onnxruntime-node';
// The public session wraps every run in a promise and a turn of the event loop; the binding below it runs at once.
import { type Binding, binding, initOrt } from 'onnxruntime-node/dist/binding';
import type { Manifest, Tensor } from '../contract';
// Not from the index: that would bring the schemas, and with them zod, into every worker.
import { type Problem, ProblemError, show, throwProblems } from '../contract/problem';
import type { ModelPackage } from '../model';
import type { Executor } from './executor';
import { fromOnnxData, ONNX_TYPES } from './onnx-types';

// ONNX Runtime would write a device id and usage events to the home directory and send them to its maker. It reads this
// when the first session is made; processes and threads started from here inherit it.
process.env.ORT_DISABLE_TELEMETRY ??= '1';

export interface OnnxSessionOptions {
  /** Threads ONNX Runtime uses within one run. */
  readonly intraOpThreads: number;
  /** A graph that was optimized and written before (see `shareWeights`). @default - the graph of the package */
  readonly optimizedGraph?: string;
  /** Where to write the optimized graph and, beside it, its weights in the form kernels use. @default - nowhere */
  readonly writeOptimized?: { readonly graph: string; readonly weights: string };
}

/** What a session needs to know of a package. */
export type SessionPackage = Pick<ModelPackage, 'directory' | 'manifest'>;

/**
 * A model loaded into ONNX Runtime. The run itself blocks the calling thread: the engine has no asynchronous run.
 */
export class OnnxSession implements Executor {
  /** Version of ONNX Runtime. */
  static readonly engineVersion = env.versions.node ?? env.versions.common;

  /**
   * Loads the graph of a package with all optimizations of the engine.
   *
   * @throws ProblemError MODEL_DTYPE_UNSUPPORTED, MODEL_GRAPH_REFUSED
   */
  static async load(pkg: SessionPackage, options: OnnxSessionOptions): Promise<OnnxSession> {
    throwProblems(unsupportedDtypes(pkg.manifest), subject(pkg.manifest));
    try {
      initOrt();
      const session = new binding.InferenceSession();
      const graph = options.optimizedGraph ?? join(pkg.directory, pkg.manifest.graph);
      session.loadModel(graph, engineOptions(options));
      return new OnnxSession(session, pkg.manifest);
    } catch (error) {
      throw new ProblemError([
        {
          code: 'MODEL_GRAPH_REFUSED',
          at: `${subject(pkg.manifest)}: ${pkg.manifest.graph}`,
          what: engineMessage(error, pkg.directory),
          remedy: 'Export the model again; the file is damaged or uses operators this engine does not have.',
        },
      ]);
    }
  }

  private readonly fetches: Record<string, null>;

  private constructor(
    private readonly session: Binding.InferenceSession,
    private readonly manifest: Manifest,
  ) {
    this.fetches = Object.fromEntries(manifest.signature.outputs.map((output) => [output.name, null]));
  }

  async run(inputs: readonly Tensor[]): Promise<Tensor[]> {
    return this.runSync(inputs);
  }

  /** As `run`, for callers that own the thread. */
  runSync(inputs: readonly Tensor[]): Tensor[] {
    const feeds = this.feeds(inputs);
    let results: ReturnType<Binding.InferenceSession['run']>;
    try {
      results = this.session.run(feeds, this.fetches, {});
    } catch (error) {
      throw new ProblemError([this.runFailed(error)]);
    }
    return this.manifest.signature.outputs.map(({ name, dtype }) => {
      const value = results[name] as OnnxTensor;
      return { name, dtype, shape: value.dims, data: fromOnnxData(dtype, value.data) };
    });
  }

  async close(): Promise<void> {
    this.session.dispose();
  }

  /** The engine ignores surplus elements and unknown inputs, so every run is checked here. */
  private feeds(inputs: readonly Tensor[]): Record<string, OnnxTensor> {
    const feeds: Record<string, OnnxTensor> = {};
    for (const tensor of inputs) {
      const spec = this.manifest.signature.inputs.find((input) => input.name === tensor.name);
      const type = ONNX_TYPES[tensor.dtype];
      if (spec?.dtype !== tensor.dtype || !type || !type.holds(tensor.data)) {
        throw mismatch(tensor, spec ? `a ${spec.dtype} tensor` : 'an input of the signature');
      }
      const size = tensor.shape.reduce((product, dimension) => product * dimension, 1);
      if (size !== tensor.data.length) throw mismatch(tensor, `${size} elements`);
      // What the binding reads of a tensor; the public class would check and copy the shape once more.
      feeds[tensor.name] = {
        type: type.name,
        data: tensor.data,
        dims: tensor.shape,
        location: 'cpu',
      } as unknown as OnnxTensor;
    }
    const missing = this.manifest.signature.inputs.find((input) => !Object.hasOwn(feeds, input.name));
    if (missing) throw new ProblemError([missingInput(missing.name)]);
    return feeds;
  }

  private runFailed(error: unknown): Problem {
    return {
      code: 'MODEL_RUN_FAILED',
      at: subject(this.manifest),
      what: engineMessage(error),
      remedy:
        'Compare the signature in model.yaml with the graph; symbolic dimensions may be tied to each other.',
    };
  }
}

function engineOptions(options: OnnxSessionOptions): InferenceSession.SessionOptions {
  const { optimizedGraph, writeOptimized } = options;
  return {
    graphOptimizationLevel: optimizedGraph === undefined ? 'all' : 'disabled',
    executionMode: 'sequential',
    intraOpNumThreads: options.intraOpThreads,
    interOpNumThreads: 1,
    // The arena keeps the most that any run ever needed, for each session: with batches of 16, three sessions of a BERT
    // grew to 780 MiB instead of 410, and no run was faster for it.
    enableCpuMemArena: false,
    logSeverityLevel: 3,
    ...(writeOptimized && {
      optimizedModelFilePath: writeOptimized.graph,
      // Names of ONNX Runtime's own session configuration keys (onnxruntime_session_options_config_keys.h).
      extra: {
        session: {
          optimized_model_external_initializers_file_name: basename(writeOptimized.weights),
          optimized_model_external_initializers_min_size_in_bytes: '1024',
          save_external_prepacked_constant_initializers: '1',
        },
      },
    }),
  };
}

function subject(manifest: Manifest): string {
  return `${manifest.name}/${manifest.version}`;
}

function unsupportedDtypes(manifest: Manifest): Problem[] {
  const { inputs, outputs } = manifest.signature;
  return [...inputs, ...outputs]
    .filter((spec) => ONNX_TYPES[spec.dtype] === undefined)
    .map((spec) => ({
      code: 'MODEL_DTYPE_UNSUPPORTED',
      at: `${subject(manifest)}: ${spec.name}`,
      what: 'ONNX Runtime for Node.js cannot pass this dtype',
      got: spec.dtype,
      allowed: Object.keys(ONNX_TYPES).join(', '),
      remedy: 'Add a Cast to FP32 at the edge of the graph and change the signature.',
    }));
}

function mismatch(tensor: Tensor, allowed: string): ProblemError {
  return new ProblemError([
    {
      code: 'TENSOR_MISMATCH',
      at: tensor.name,
      what: 'the tensor does not fit',
      got: `${tensor.dtype} ${show(tensor.shape)} with ${tensor.data.length} elements in ${tensor.data.constructor.name}`,
      allowed,
      remedy: 'Validate tensors against the signature before running them.',
    },
  ]);
}

function missingInput(name: string): Problem {
  return {
    code: 'TENSOR_MISMATCH',
    at: name,
    what: 'the input is missing',
    remedy: 'Pass every input of the signature.',
  };
}

/** What the engine says on one line, without the place of the package on this machine. */
function engineMessage(error: unknown, directory?: string): string {
  const text = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').trim();
  return directory === undefined ? text : text.replaceAll(`${directory}/`, '');
}
