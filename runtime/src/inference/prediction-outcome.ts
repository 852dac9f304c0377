import type { PostprocessingSpec, PredictionSpec } from '../contract';
import { costThreshold } from '../model/cost-threshold';
import { cheapestClass } from './postprocessing';

/** What the scores of one row come to. Written over and over: rows are many. */
export interface Outcome {
  /** Position in `classes`; -1 for a regression. */
  label: number;
  /** Binary: of the positive class; multiclass: of the class answered; regression: the value. */
  score: number;
  /** Position in `decisions`; -1 when nothing is decided. */
  decision: number;
}

/** Reads the scores of a row, after the activation: the one place where thresholds, costs and abstention decide. */
export interface OutcomeRules {
  readonly classes: readonly string[];
  /** Names of the decisions there are. */
  readonly decisions: readonly string[];
  judge(scores: readonly number[], outcome: Outcome): void;
  /** Score of a class. */
  scoreOf(scores: readonly number[], position: number): number;
}

export function outcomeRules(spec: PredictionSpec, postprocessing: PostprocessingSpec): OutcomeRules {
  if (spec.kind === 'binary') return binaryRules(spec, postprocessing);
  return spec.kind === 'multiclass' ? multiclassRules(spec, postprocessing) : REGRESSION;
}

const ABOVE = 0;
const BELOW = 1;
const ABSTAINED = 2;
const NONE = -1;

/** Costs stand for the threshold that makes the cheapest decisions. */
function binaryRules(spec: PredictionSpec, { costs, abstain }: PostprocessingSpec): OutcomeRules {
  const classes = spec.classes!;
  const positive = classes.indexOf(spec.positive!);
  const threshold = costs === undefined ? spec.threshold! : costThreshold(costs, positive);
  return {
    classes,
    decisions: [...decisionNames(spec), ...(abstain === undefined ? [] : [abstain.decision])],
    judge(scores, outcome) {
      const score = scores.length === 1 ? scores[0]! : scores[positive]!;
      const unsure = abstain !== undefined && score >= abstain.from && score < abstain.to;
      outcome.score = score;
      outcome.label = score >= threshold ? positive : 1 - positive;
      outcome.decision = unsure ? ABSTAINED : score >= threshold ? ABOVE : BELOW;
    },
    scoreOf(scores, position) {
      if (scores.length > 1) return scores[position]!;
      return position === positive ? scores[0]! : 1 - scores[0]!;
    },
  };
}

function multiclassRules(spec: PredictionSpec, { costs }: PostprocessingSpec): OutcomeRules {
  const { threshold } = spec;
  return {
    classes: spec.classes!,
    decisions: threshold === undefined ? [] : decisionNames(spec),
    judge(scores, outcome) {
      const chosen = costs === undefined ? highest(scores) : cheapestClass(scores, costs);
      const score = scores[chosen]!;
      outcome.label = chosen;
      outcome.score = score;
      outcome.decision = threshold === undefined ? NONE : score >= threshold ? ABOVE : BELOW;
    },
    scoreOf: (scores, position) => scores[position]!,
  };
}

const REGRESSION: OutcomeRules = {
  classes: [],
  decisions: [],
  judge(scores, outcome) {
    outcome.label = NONE;
    outcome.score = scores[0]!;
    outcome.decision = NONE;
  },
  scoreOf: (scores) => scores[0]!,
};

function decisionNames({ decision }: PredictionSpec): [above: string, below: string] {
  return [decision?.above ?? 'above', decision?.below ?? 'below'];
}

function highest(scores: readonly number[]): number {
  return scores.reduce((best, score, i) => (score > scores[best]! ? i : best), 0);
}
