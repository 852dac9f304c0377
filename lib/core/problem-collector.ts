import { type Problem, show, throwProblems } from '@inferstack/runtime/contract';
import { UnsupportedError } from './problems';

/** What to tell about one wrong value. */
export interface Finding {
  readonly what: string;
  readonly got: unknown;
  readonly allowed?: string;
  readonly remedy: string;
}

/** Collects what is wrong with an endpoint, so that everything is told at once. `Code`: the codes of the target. */
export class ProblemCollector<Code extends string> {
  private readonly problems: Problem[] = [];

  /** @param path construct path of the endpoint */
  constructor(readonly path: string) {}

  /** @param option what is wrong, as the user wrote it: `target.name` */
  add(code: Code, option: string, finding: Finding): void {
    this.push(code, option, finding);
  }

  /** Something the plan asks for and the platform cannot do. */
  unsupported(prop: string, finding: Finding): void {
    this.push('TARGET_UNSUPPORTED', prop, finding);
  }

  /** Something that was found elsewhere. */
  take(problem: Problem): void {
    this.problems.push(problem);
  }

  /** @throws ProblemError with everything collected; UnsupportedError when nothing else is wrong than that. */
  throwAll(): void {
    const [first, ...others] = this.problems;
    if (first?.code === 'TARGET_UNSUPPORTED' && others.length === 0) throw new UnsupportedError(first);
    throwProblems(this.problems, this.path);
  }

  private push(code: string, option: string, { what, got, allowed, remedy }: Finding): void {
    this.problems.push({ code, at: `${this.path}: ${option}`, what, got: show(got), allowed, remedy });
  }
}
