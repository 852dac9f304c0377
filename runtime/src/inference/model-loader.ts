import { type Problem, ProblemError, type RuntimeConfig, throwProblems } from '../contract';
import { loadModelPackage } from '../loading';
import { type ModelPackage, runGoldenSamples } from '../model';
import { ModelInstance } from './model-instance';
import { OnnxSession } from './onnx-session';

export interface ModelLoaderOptions {
  /** Where downloaded packages are kept. */
  readonly cacheDirectory: string;
  readonly intraOpThreads: number;
  readonly signal: AbortSignal;
}

/**
 * Fetches a model, makes sure it is the one configured, loads it and runs its golden samples.
 *
 * @throws ProblemError with every reason why the model must not serve.
 */
export async function loadModel(
  model: RuntimeConfig['models'][number],
  options: ModelLoaderOptions,
): Promise<ModelInstance> {
  const start = performance.now();
  const pkg = await loadModelPackage(model, options.cacheDirectory, options.signal);
  throwProblems(identityProblems(pkg, model), model.name);
  const session = await OnnxSession.load(pkg, { intraOpThreads: options.intraOpThreads });
  const report = await runGoldenSamples(pkg, (inputs) => session.run(inputs));
  if (report.failures.length > 0) {
    await session.close();
    throw new ProblemError(report.failures, `${model.name}/${model.version}`);
  }
  const loadSeconds = (performance.now() - start) / 1000;
  return new ModelInstance(pkg, session, { loadSeconds, goldenSamples: report.total });
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
