import { type Problem, ProblemError, type RolloutConfig, show } from '@inferstack/runtime/contract';
import type { ModelPackage } from '@inferstack/runtime/model';
import { type ModelPackages, packagePath } from '../model-packages';
import type { SecretPlaces } from '../secret-ref';
import { checkAsked } from './check-asked';
import type { Rollout } from './rollout';
import type { RolloutPlan } from './rollout-plan';

export interface ResolvedRollout {
  readonly platform: RolloutPlan;
  /** What the runtime decides between versions that it serves. */
  readonly trials: readonly RolloutConfig[];
  /** Where the keys of those who may act on the trials are; null: nobody may. */
  readonly adminKeys: SecretPlaces | null;
  /** The models of the endpoint, and the candidate. */
  readonly models: ModelPackages;
}

/**
 * Resolves a rollout, opening its candidate.
 *
 * @param problems gets what is wrong with the candidate.
 */
export function resolveRollout(
  rollout: Rollout,
  {
    models,
    path,
    requestTimeoutMs,
    memoryMiB,
  }: {
    readonly models: ModelPackages;
    readonly path: string;
    readonly requestTimeoutMs: number;
    /** Of a replica. */
    readonly memoryMiB: number;
  },
  problems: Problem[],
): ResolvedRollout {
  const wrong = checkAsked(rollout.asked, { path, memoryMiB });
  problems.push(...unusedOptions(rollout, path), ...wrong);
  const candidate = open(rollout, problems);
  if (candidate === undefined) return { ...only(rollout), models };
  const stable = models[0];
  const found = candidateProblems(stable, candidate, `${path}: rollout.candidate`);
  problems.push(...found);
  if (found.length + wrong.length > 0) return { ...only(rollout), models };
  const { name, version } = stable.manifest;
  const trial = { model: name, stable: version, candidate: candidate.manifest.version, requestTimeoutMs };
  const { platform, runtime } = rollout.bind(trial);
  const known = models.some(({ digest }) => digest === candidate.digest);
  return {
    platform,
    trials: runtime === null ? [] : [runtime],
    adminKeys: rollout.adminKeys?.bind(`${path}: rollout.trial.adminKeys`, problems) ?? null,
    models: known ? models : [...models, candidate],
  };
}

/** What the platform does when there is no candidate, or none that can be used. */
function only(rollout: Rollout): Omit<ResolvedRollout, 'models'> {
  return { platform: rollout.bind(undefined).platform, trials: [], adminKeys: null };
}

function open({ candidate }: Rollout, problems: Problem[]): ModelPackage | undefined {
  try {
    return candidate?.bind();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}

function unusedOptions({ unused }: Rollout, path: string): Problem[] {
  return unused.map((option) => ({
    code: 'PLAN_ROLLOUT',
    at: `${path}: rollout.trial.${option}`,
    what: 'this is for the runtime, which has no candidate to try',
    got: 'no candidate',
    allowed: 'trial only beside candidate',
    remedy: 'Give the new version as `candidate`, or leave `trial` out.',
  }));
}

/** Requests do not know which version answers: both must take the same, and tell themselves apart. */
export function candidateProblems(stable: ModelPackage, candidate: ModelPackage, at: string): Problem[] {
  const problem = (what: string, got: string, allowed: string, remedy: string): Problem[] => [
    { code: 'PLAN_CANDIDATE', at, what, got, allowed, remedy },
  ];
  if (candidate.manifest.name !== stable.manifest.name) {
    const remedy = 'Give the version that is to take over from the main model of the endpoint.';
    return problem('the candidate is another model', packagePath(candidate), stable.manifest.name, remedy);
  }
  if (candidate.manifest.version === stable.manifest.version) {
    const remedy = 'Give the candidate a version of its own in model.yaml.';
    return problem(
      'stable and candidate have the same version',
      packagePath(candidate),
      'two versions',
      remedy,
    );
  }
  if (inputsOf(candidate) !== inputsOf(stable)) {
    const remedy = 'Serve a model with other inputs by an endpoint of its own.';
    return problem(
      'the candidate takes other inputs than the stable version',
      inputsOf(candidate),
      inputsOf(stable),
      remedy,
    );
  }
  return [];
}

const inputsOf = ({ manifest }: ModelPackage): string =>
  manifest.signature.inputs
    .map(({ name, dtype, shape }) => `${name}: ${dtype} ${show(shape.map(sizeOf))}`)
    .join(', ');

/** A size that is open is called what each export likes. */
const sizeOf = (size: number | string): number | string => (typeof size === 'string' ? '?' : size);
