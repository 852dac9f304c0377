import { type Problem, show } from '../contract';
import { RequestError } from '../errors';

/** A caller whose requests have the wrong form needs the first few places, not all. */
const MAX_FORM_PROBLEMS = 20;

/** Collects what keeps a message that could be parsed from being a request of the protocol. */
export class FormProblems {
  private readonly problems: Problem[] = [];

  add(at: string, got: unknown, allowed: string, remedy = 'Correct the request.'): void {
    if (this.problems.length === MAX_FORM_PROBLEMS) return;
    if (this.problems.some((problem) => problem.at === at)) return;
    const text = typeof got === 'string' ? got : show(got);
    const what = 'not what the protocol demands';
    this.problems.push({ code: 'REQUEST_INVALID', at, what, got: text, allowed, remedy });
  }

  /** @throws RequestError REQUEST_INVALID with every problem */
  throwIfAny(): void {
    const first = this.problems[0];
    if (first === undefined) return;
    const more = this.problems.length > 1 ? ` (and ${this.problems.length - 1} more)` : '';
    const message = `${first.at}: ${first.what} (got ${first.got}; allowed: ${first.allowed}). ${first.remedy}${more}`;
    throw new RequestError('REQUEST_INVALID', message, { problems: this.problems });
  }
}
