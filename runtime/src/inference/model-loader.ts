import {
  type FeatureLookup,
  type Problem,
  ProblemError,
  type RuntimeConfig,
  type Tensor,
  throwProblems,
} from '../contract';
import { loadModelPackage } from '../loading';
import { checkLookups, type ModelPackage, runGoldenSamples, SampleInputs } from '../model';
import { type ExecutionListener, type ExecutionOptions, ModelExecutor } from './execution/model-executor';
import { unstack } from './execution/stack';
import { ModelInstance } from './model-instance';
import { predictionsOf } from './prediction';
import { estimateMemory } from './repository/memory-estimate';

export interface ModelLoaderOptions {
  /** Where downloaded packages are kept. */
  readonly cacheDirectory: string;
  readonly execution: Omit<ExecutionOptions, 'cacheDirectory'>;
  /** Is told about every run of the model. */
  readonly listener: ExecutionListener;
  readonly signal: AbortSignal;
  /** Lookups of the model. @default - none */
  readonly lookups?: readonly FeatureLookup[];
}

/**
 * Fetches a model, makes sure it is the one configured, loads it, runs its golden samples and warms its workers up.
 *
 * @throws ProblemError with every reason why the model must not serve.
 */
export async function loadModel(
  model: RuntimeConfig['models'][number],
  options: ModelLoaderOptions,
): Promise<ModelInstance> {
  const start = performance.now();
  const pkg = await loadModelPackage(model, options.cacheDirectory, options.signal);
  const { cacheDirectory, execution, listener, lookups = [] } = options;
  const problems = [...identityProblems(pkg, model), ...checkLookups(lookups, pkg.manifest, 'features')];
  throwProblems(problems, model.name);
  const executor = await ModelExecutor.open(
    pkg,
    await oneRow(pkg),
    { ...execution, cacheDirectory },
    listener,
  );
  const report = await runGoldenSamples(pkg, (inputs) => executor.run(inputs), predictionsOf(pkg.manifest));
  if (report.failures.length > 0 || options.signal.aborted) {
    await executor.close();
    options.signal.throwIfAborted();
    throw new ProblemError(report.failures, `${model.name}/${model.version}`);
  }
  await warmUp(executor, pkg);
  const loadSeconds = (performance.now() - start) / 1000;
  const facts = {
    loadSeconds,
    goldenSamples: report.total,
    execution: executor.facts,
    memoryBytes: estimateMemory(pkg, executor.facts),
  };
  return new ModelInstance(pkg, executor, facts, lookups);
}

/** The golden samples went to whichever worker was idle; now each worker runs them once. */
async function warmUp(executor: ModelExecutor, pkg: ModelPackage): Promise<void> {
  try {
    const inputs = new SampleInputs(pkg.manifest);
    await executor.warmUp(await Promise.all(pkg.samples.map((sample) => inputs.read(sample))));
  } catch (error) {
    await executor.close();
    throw error;
  }
}

/** A real input of one row: the first of the golden samples. */
async function oneRow(pkg: ModelPackage): Promise<Tensor[]> {
  const { manifest, samples } = pkg;
  const inputs = await new SampleInputs(manifest).read(samples[0]!);
  const rows = inputs[0]!.shape[0] ?? 1;
  const stacked = manifest.signature.inputs.every(({ shape }) => typeof shape[0] === 'string');
  return stacked && rows > 1 ? unstack(inputs, [1, rows - 1])[0]! : inputs;
}

function identityProblems(pkg: ModelPackage, model: RuntimeConfig['models'][number]): Problem[] {
  const got = `${pkg.manifest.name}/${pkg.manifest.version}`;
  const allowed = `${model.name}/${model.version}`;
  if (got === allowed) return [];
  return [
    {
      code: 'MODEL_IDENTITY_MISMATCH',
      at: 'models',
      what: 'the package holds another model than the configuration says',
      got,
      allowed,
      remedy: 'Correct name and version in the configuration, or its uri and digest.',
    },
  ];
}
