import { type Problem, type ProblemCatalogue, ProblemError } from '@inferstack/runtime/contract';

/** Codes of what a user can get wrong in the props of a construct. */
export const planProblems = {
  PLAN_MODELS: 'The endpoint has no model, or two packages of one name and version.',
  PLAN_SCALING: 'The replica numbers or scaling targets contradict each other.',
  PLAN_RESOURCES: 'CPU or memory is not a usable amount.',
  PLAN_ROLLOUT: 'A time or number of the rollout is out of bounds.',
  PLAN_ROLLOUT_WITHOUT_TRIGGER: 'The rollout could never roll back: no alarm and no gate watches it.',
  PLAN_GATE: 'A gate of the rollout has a threshold, window or name that cannot be used.',
  PLAN_CANDIDATE: 'The candidate cannot take over from the main model of the endpoint.',
  PLAN_MONITORING: 'A threshold, window or retention of the monitoring is out of bounds.',
  PLAN_RUNTIME: 'A limit or timeout of the runtime is out of bounds, or contradicts another.',
  PLAN_FEATURES: 'A source of features is not usable as it is written.',
  PLAN_SECRET: 'A reference to a secret names no place, or none that its platform knows.',
  PLAN_DATA: 'Files to score, or the folder of the results, are nowhere or not usable as they are written.',
  PLAN_SCHEDULE: 'The schedule of a job cannot be read, or never comes.',
  PLAN_RUN: 'A number or time of a run is out of bounds, or its columns are not those of the model.',
  PLAN_NAME: 'The name of the endpoint or job cannot be used on the platform.',
  PLAN_IMAGE: 'The runtime image reference is not usable.',
  TARGET_SCOPE: 'The target was used under a stack of another tool.',
  TARGET_UNSUPPORTED: 'The target cannot honour a setting.',
} as const satisfies ProblemCatalogue;

/** A target was asked for something its platform cannot do: never dropped silently. */
export class UnsupportedError extends ProblemError {
  override readonly name = 'UnsupportedError';

  constructor(problem: Omit<Problem, 'code'>) {
    super([{ code: 'TARGET_UNSUPPORTED', ...problem }]);
  }
}
